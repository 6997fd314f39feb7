import type { Kysely } from 'kysely';
import { canonicalizeUrl } from '../../../domain/canonical-url.ts';
import { settingsOfType } from '../../../domain/connectors.ts';
import { feedId } from '../../../domain/identity.ts';
import type { Database } from '../../schema.ts';
import { Invalid } from '../faults.ts';

/** A feed, for whoever follows it: what is fetched once. */
export interface Feed {
  readonly id: string;
  readonly url: string;
  /** public, or the organisation that alone may see what it brings. */
  readonly visibility: string;
  readonly connector: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** How a source has its feed read. */
export interface FeedWish {
  readonly url: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly organizationId: string;
  readonly hasCredentials: boolean;
}

/**
 * What an organisation's credentials open is its own, and so is what is sent to it: nobody can put articles into the
 * news of others.
 *
 * @returns null for what is no address of a feed
 */
export function feedOf({ url, type, config, organizationId, hasCredentials }: FeedWish): Feed | null {
  const canonical = canonicalizeUrl(url);
  const settings = settingsOfType(type);
  if (canonical === null || settings === undefined) return null;
  const { name: connector, scheduled } = settings;
  const visibility = hasCredentials || !scheduled ? organizationId : 'public';
  return { id: feedId(canonical, visibility, { connector, config }), url: canonical, visibility, connector, config };
}

/** @throws Invalid for what is no address of a feed */
export function requireFeed(wish: FeedWish): Feed {
  const feed = feedOf(wish);
  if (feed !== null) return feed;
  throw new Invalid({
    field: 'url',
    code: 'invalid_url',
    detail: 'should be an http or https address without user name and password, at most 2048 characters long',
  });
}

/**
 * Makes the feeds exist, due at once where they are new, and holds them until the transaction ends: nobody removes
 * them meanwhile. In the order of their ids, so that two transactions never wait for each other.
 */
export async function ensureFeeds(transaction: Kysely<Database>, feeds: readonly Feed[]): Promise<void> {
  const distinct = [...new Map(feeds.map((feed) => [feed.id, feed])).values()];
  await transaction
    .insertInto('feeds')
    .values(
      distinct
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ config, ...feed }) => ({ ...feed, config: JSON.stringify(config) })),
    )
    .onConflict((conflict) => conflict.column('id').doUpdateSet((row) => ({ url: row.ref('excluded.url') })))
    .execute();
}

/** Removes the feed once no source points at it. Its articles stay. */
export async function removeUnusedFeed(transaction: Kysely<Database>, id: string): Promise<void> {
  // Waits for transactions that are about to point a new source at it, so that the next statement sees that source.
  await transaction.selectFrom('feeds').select('id').where('id', '=', id).forUpdate().execute();
  await transaction
    .deleteFrom('feeds')
    .where('id', '=', id)
    .where((expression) => {
      const users = expression.selectFrom('sources').select('id').whereRef('sources.feed_id', '=', 'feeds.id');
      return expression.not(expression.exists(users));
    })
    .execute();
}
