import type { PoolClient } from 'pg';
import { feedId, type FeedReading } from '../../domain/identity.ts';

/**
 * Has every source of a feed follow another address, within the caller's transaction. A feed's id follows from its
 * address, so they are pointed at the feed of the new one, which may exist already; the old one is remembered, since its
 * articles still belong to these sources.
 */
export async function moveFeed(
  client: Pick<PoolClient, 'query'>,
  feed: { readonly id: string; readonly url: string; readonly visibility: string },
  url: string,
): Promise<void> {
  const { rows } = await client.query<FeedReading>('select connector, config from feeds where id = $1', [feed.id]);
  const id = feedId(url, feed.visibility, rows[0]);
  await client.query(
    `insert into feeds (id, visibility, url, connector, config, interval_seconds, adaptive_seconds)
     select $2, visibility, $3, connector, config, interval_seconds, adaptive_seconds from feeds where id = $1
     on conflict do nothing`,
    [feed.id, id, url],
  );
  await client.query('update sources set feed_id = $2, url = $3, updated_at = now() where feed_id = $1', [
    feed.id,
    id,
    url,
  ]);
  await client.query('update former_feeds set feed_id = $2 where feed_id = $1', [feed.id, id]);
  await client.query(
    `insert into former_feeds (id, visibility, url, feed_id) values ($1, $2, $3, $4)
     on conflict (id) do update set feed_id = excluded.feed_id, moved_at = now()`,
    [feed.id, feed.visibility, feed.url, id],
  );
  await client.query('delete from feeds where id = $1', [feed.id]);
}
