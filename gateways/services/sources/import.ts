import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { Invalid } from '../faults.ts';
import { notify } from '../notifications.ts';
import { ensureFeeds, type Feed, requireFeed } from './feeds.ts';
import { newSourceSchema } from './input.ts';
import { cut, type OpmlSource, readOpml } from './opml.ts';
import { readingOnTrial } from './reading.ts';

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
    const wanted = plan.flatMap(({ made }) => made ?? []);
    const ids = options.dryRun ? new Set(wanted.map(({ row }) => row.id)) : await insert(transaction, wanted);
    const entries = plan.map(({ entry, made }): ImportedEntry =>
      made === null || ids.has(made.row.id)
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
  /** The source that is to be made. */
  readonly made: { readonly row: ReturnType<typeof rowOf>; readonly feed: Feed } | null;
}

function planned(
  listed: readonly OpmlSource[],
  organizationId: string,
  followed: readonly { readonly feed_id: string; readonly name: string }[],
): readonly Planned[] {
  const known = new Set(followed.map(({ feed_id }) => feed_id));
  const names = new Set(followed.map(({ name }) => name));
  const seen = new Set<string>();
  return listed.map((source) => {
    const none = (outcome: ImportedEntry['outcome'], reason: string): Planned => ({
      entry: { url: source.url.slice(0, 2048), name: null, tags: source.tags, outcome, reason },
      made: null,
    });
    const wanted = wantedOf(source, organizationId);
    if (wanted instanceof Invalid) return none('invalid', wanted.message);
    const { feed, sealedFeedId } = wanted;
    if (seen.has(feed.id)) return none('duplicate', 'listed before in this document');
    seen.add(feed.id);
    if (known.has(feed.id) || known.has(sealedFeedId)) return none('known', 'followed already');
    const row = rowOf(wanted, freeName(wanted, names), organizationId);
    return {
      entry: { url: row.url, name: row.name, tags: row.tags, outcome: 'new', reason: null },
      made: { row, feed },
    };
  });
}

interface Wanted {
  readonly source: OpmlSource;
  readonly feed: Feed;
  /** Its feed where it is followed with credentials, which no document holds. */
  readonly sealedFeedId: string;
}

const readingSchema = newSourceSchema.pick({ type: true, config: true });

/** @returns what is wrong with it, in the words for a source that is made by hand */
function wantedOf(source: OpmlSource, organizationId: string): Wanted | Invalid {
  try {
    const { type, config } = checked(readingSchema, { type: source.type, config: jsonOf(source.config) });
    const wish = { url: source.url, type, config, organizationId };
    const feed = readingOnTrial({ ...wish, credentials: null }, organizationId);
    return { source, feed, sealedFeedId: requireFeed({ ...wish, hasCredentials: true }).id };
  } catch (error) {
    if (error instanceof Invalid) return error;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function rowOf({ source, feed }: Wanted, name: string, organizationId: string) {
  const description = source.description === null ? null : cut(storable(source.description), maxDescriptionLength);
  return {
    id: v7(),
    organization_id: organizationId,
    feed_id: feed.id,
    name,
    url: feed.url,
    type: source.type,
    config: JSON.stringify(feed.config),
    description,
    tags: source.tags.map(storable),
  };
}

/** @returns the ids of those that were made */
async function insert(
  transaction: Kysely<Database>,
  wanted: readonly NonNullable<Planned['made']>[],
): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  for (let from = 0; from < wanted.length; from += chunkSize) {
    const chunk = wanted.slice(from, from + chunkSize);
    await ensureFeeds(
      transaction,
      chunk.map(({ feed }) => feed),
    );
    const inserted = await transaction
      .insertInto('sources')
      .values(chunk.map(({ row }) => row))
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
function freeName({ source, feed }: Wanted, taken: Set<string>): string {
  const host = new URL(feed.url).host;
  const title = cut(storable(source.title).trim(), maxNameLength) || host;
  const cutTitle = cut(title, maxNameLength - 80);
  const candidates = [title, `${cutTitle} (${host.slice(0, 60)})`];
  for (let number = 2; ; number += 1) {
    const name = candidates.shift() ?? `${cutTitle} (${host.slice(0, 60)} ${number})`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
