import type { Kysely } from 'kysely';
import { canonicalizeUrl } from '../../domain/canonical-url.ts';
import { feedId } from '../../domain/identity.ts';
import type { Database } from '../schema.ts';
import { Invalid } from './faults.ts';
import { connectorOfType, type SourceType } from './source-input.ts';

/** The feed that an address names, for whoever follows it. */
export interface FeedAddress {
  readonly id: string;
  readonly url: string;
}

/** @returns null for what is no address of a feed */
export function feedAddress(url: string): FeedAddress | null {
  const canonical = canonicalizeUrl(url);
  return canonical === null ? null : { id: feedId(canonical), url: canonical };
}

/** @throws Invalid for what is no address of a feed */
export function requireFeedAddress(url: string): FeedAddress {
  const address = feedAddress(url);
  if (address !== null) return address;
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
export async function ensureFeeds(
  transaction: Kysely<Database>,
  feeds: readonly (FeedAddress & {
    readonly type: SourceType;
    readonly config: Readonly<Record<string, unknown>>;
  })[],
): Promise<void> {
  const distinct = [...new Map(feeds.map((feed) => [feed.id, feed])).values()];
  await transaction
    .insertInto('feeds')
    .values(
      distinct
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id, url, type, config }) => ({
          id,
          url,
          connector: connectorOfType[type],
          config: JSON.stringify(config),
        })),
    )
    .onConflict((conflict) => conflict.column('id').doUpdateSet((row) => ({ url: row.ref('excluded.url') })))
    .execute();
}

/** Has the feed collected as its only source says. A feed that several sources share stays as the first one made it. */
export async function configureFeed(
  transaction: Kysely<Database>,
  feed: {
    readonly id: string;
    readonly sourceId: string;
    readonly type: SourceType;
    readonly config: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await transaction
    .updateTable('feeds')
    .set({ connector: connectorOfType[feed.type], config: JSON.stringify(feed.config) })
    .where('id', '=', feed.id)
    .where((expression) => {
      const others = expression
        .selectFrom('sources')
        .select('id')
        .whereRef('sources.feed_id', '=', 'feeds.id')
        .where('sources.id', '!=', feed.sourceId);
      return expression.not(expression.exists(others));
    })
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
