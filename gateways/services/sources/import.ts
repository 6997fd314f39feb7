import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../../schema.ts';
import { ensureFeeds, type Feed, feedOf } from './feeds.ts';
import { notify } from '../notifications.ts';
import { cut, readOpml, type OpmlFeed } from './opml.ts';

export interface ImportReport {
  /** Sources that are new. */
  readonly created: number;
  /** Feeds that were followed already. */
  readonly existing: number;
  /** Entries whose feed the document lists before. */
  readonly duplicate: number;
  readonly invalid: readonly { readonly url: string; readonly reason: string }[];
  /** What became of each entry of the document, or would become of it. */
  readonly entries: readonly ImportedEntry[];
}

export interface ImportedEntry {
  readonly url: string;
  /** Of the source; null where none is made. */
  readonly name: string | null;
  readonly tags: readonly string[];
  readonly outcome: 'new' | 'known' | 'duplicate' | 'invalid';
  /** Null for what is new. */
  readonly reason: string | null;
}

/** Rows in one statement. */
const chunkSize = 500;
const maxNameLength = 255;
const maxDescriptionLength = 1_000;

/**
 * Follows the feeds of a document that are not followed yet.
 *
 * @param options.dryRun true where it is only to be said what would become of them
 * @throws Invalid where the text is no OPML
 */
export async function importSources(
  db: Kysely<Database>,
  organizationId: string,
  text: string,
  options: { readonly dryRun: boolean },
): Promise<ImportReport> {
  const listed = readOpml(text);
  return db.transaction().execute(async (transaction) => {
    const followed = await transaction
      .selectFrom('sources')
      .select(['feed_id', 'name'])
      .where('organization_id', '=', organizationId)
      .execute();
    const plan = planned(listed, organizationId, followed);
    const rows = plan.flatMap(({ row }) => (row === null ? [] : [row]));
    const made = options.dryRun ? new Set(rows.map(({ id }) => id)) : await insert(transaction, rows);
    const entries = plan.map(({ entry, row }): ImportedEntry =>
      row === null || made.has(row.id)
        ? entry
        : { ...entry, outcome: 'known', reason: 'somebody took its name just now' },
    );
    const count = (outcome: ImportedEntry['outcome']): number =>
      entries.filter((each) => each.outcome === outcome).length;
    return {
      created: count('new'),
      existing: count('known'),
      duplicate: count('duplicate'),
      invalid: entries.flatMap(({ outcome, url, reason }) =>
        outcome === 'invalid' ? [{ url, reason: reason ?? '' }] : [],
      ),
      entries,
    };
  });
}

interface Planned {
  readonly entry: ImportedEntry;
  /** Of the source that is to be made. */
  readonly row: ReturnType<typeof rowOf> | null;
}

function planned(
  listed: readonly OpmlFeed[],
  organizationId: string,
  followed: readonly { readonly feed_id: string; readonly name: string }[],
): readonly Planned[] {
  const known = new Set(followed.map(({ feed_id }) => feed_id));
  const names = new Set(followed.map(({ name }) => name));
  const seen = new Set<string>();
  return listed.map((feed) => {
    const address = feedOf({ url: feed.url, type: 'rss', config: {}, organizationId, hasCredentials: false });
    const none = (outcome: ImportedEntry['outcome'], reason: string): Planned => ({
      entry: { url: feed.url.slice(0, 2048), name: null, tags: feed.tags, outcome, reason },
      row: null,
    });
    if (address === null) return none('invalid', 'not an http or https address of a feed');
    if (seen.has(address.id)) return none('duplicate', 'listed before in this document');
    seen.add(address.id);
    if (known.has(address.id)) return none('known', 'followed already');
    const row = rowOf({ ...feed, ...address }, freeName({ ...feed, ...address }, names), organizationId);
    return { entry: { url: row.url, name: row.name, tags: row.tags, outcome: 'new', reason: null }, row };
  });
}

function rowOf(feed: OpmlFeed & Feed, name: string, organizationId: string) {
  const description = feed.description === null ? null : cut(storable(feed.description), maxDescriptionLength);
  return {
    id: v7(),
    organization_id: organizationId,
    feed_id: feed.id,
    name,
    url: feed.url,
    type: 'rss',
    config: '{}',
    description,
    tags: feed.tags.map(storable),
  };
}

/** @returns the ids of those that were made */
async function insert(
  transaction: Kysely<Database>,
  rows: readonly ReturnType<typeof rowOf>[],
): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  for (let from = 0; from < rows.length; from += chunkSize) {
    const chunk = rows.slice(from, from + chunkSize);
    await ensureFeeds(
      transaction,
      chunk.map(({ feed_id, url }) => ({ id: feed_id, url, visibility: 'public', connector: 'feed', config: {} })),
    );
    const inserted = await transaction
      .insertInto('sources')
      .values(chunk)
      // Somebody may take a name between the look and the insertion: that source is then theirs.
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) made.add(id);
  }
  if (made.size > 0) await notify(transaction, 'feedsDue');
  return made;
}

/** What Postgres does not store is left out. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** The feed's title, told apart by its host and then by a number where sources of that name exist. Takes the name. */
function freeName(feed: OpmlFeed & Feed, taken: Set<string>): string {
  const host = new URL(feed.url).host;
  const title = cut(storable(feed.title).trim(), maxNameLength) || host;
  const cutTitle = cut(title, maxNameLength - 80);
  const candidates = [title, `${cutTitle} (${host.slice(0, 60)})`];
  for (let number = 2; ; number += 1) {
    const name = candidates.shift() ?? `${cutTitle} (${host.slice(0, 60)} ${number})`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
