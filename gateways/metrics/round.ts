import { type Kysely, sql } from 'kysely';
import type { ArticleMetric } from '../../schemas/types.ts';
import { topics } from '../../streams/topics.ts';
import type { Database } from '../schema.ts';
import { writeToOutbox } from '../services/outbox.ts';
import { ensureMonth, keptFromMs } from './partitions.ts';
import { type ChangedCount, recountHour } from './recount.ts';
import { touchChangedFeeds } from './touch.ts';

export interface RoundOptions {
  /** Hours that were published in earlier are not counted. Whole months are kept. */
  readonly keptDays: number;
  /** The same for counts of names, which are the most. */
  readonly entitiesKeptDays: number;
  /** Hours counted at most. */
  readonly maxHours: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RoundReport {
  /** Hours that were counted, each for one organisation or for all. */
  readonly hours: number;
  readonly changedCounts: number;
  /** True where more is left to do than fitted. */
  readonly isFull: boolean;
}

interface TouchedHour {
  readonly hour: Date;
  readonly organization_id: string;
}

const dayMs = 86_400_000;
/** Rollers keep out of each other's hours, and one at a time compares feeds, by advisory locks of these classes. */
const hourLocks = 7_306_011;
const feedsLock = 7_306_012;

/** One round of counting anew what was touched. Any number of rollers may do it at once: each hour is one's at a time. */
export async function countTouched(db: Kysely<Database>, options: RoundOptions): Promise<RoundReport> {
  await compareFeeds(db);
  const touched = await nextHours(db, options.maxHours);
  let hours = 0;
  let changedCounts = 0;
  for (const each of touched) {
    const changed = await countHour(db, each, options);
    if (changed === null) continue;
    hours += 1;
    changedCounts += changed.length;
  }
  return { hours, changedCounts, isFull: touched.length >= options.maxHours };
}

async function compareFeeds(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${feedsLock}) as locked`.execute(
      transaction,
    );
    if (rows[0]?.locked === true) await touchChangedFeeds(transaction);
  });
}

/** The latest hours, which people look at, and those that have waited longest: of a long history none waits for ever. */
async function nextHours(db: Kysely<Database>, maxHours: number): Promise<readonly TouchedHour[]> {
  const latest = Math.ceil(maxHours / 4);
  const { rows } = await sql<TouchedHour>`
    with latest as (
      select hour, organization_id from metric_touched order by hour desc, organization_id limit ${latest}
    ), oldest as (
      select hour, organization_id from metric_touched order by touched_at, hour limit ${maxHours - latest}
    )
    select hour, organization_id from latest union select hour, organization_id from oldest order by hour desc, 2
  `.execute(db);
  return rows;
}

/**
 * Counts an hour that was touched, writes what changed, leaves it to the outbox and takes the mark away, in one
 * transaction. Where the hour was touched again meanwhile, the mark stays.
 *
 * @returns null where another roller has the hour, or has counted it
 */
async function countHour(
  db: Kysely<Database>,
  { hour, organization_id }: TouchedHour,
  { keptDays, entitiesKeptDays, now }: RoundOptions,
): Promise<readonly ChangedCount[] | null> {
  return db.transaction().execute(async (transaction) => {
    if (!(await lockHour(transaction, hour))) return null;
    // Read in a statement after the lock's: what whoever had it before has done is seen.
    const { rows } = await sql<{ marks: number }>`
      select marks from metric_touched where hour = ${hour} and organization_id = ${organization_id}
    `.execute(transaction);
    const marks = rows[0]?.marks;
    if (marks === undefined) return null;
    const changed =
      hour.getTime() < keptFromMs(now(), keptDays)
        ? []
        : await recounted(transaction, hour, organization_id, now() - entitiesKeptDays * dayMs);
    await tell(transaction, hour, changed, now());
    await sql`
      delete from metric_touched where hour = ${hour} and organization_id = ${organization_id} and marks = ${marks}
    `.execute(transaction);
    return changed;
  });
}

/** Held to the end of the transaction. */
async function lockHour(transaction: Kysely<Database>, hour: Date): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${hourLocks}, ${Math.floor(hour.getTime() / 3_600_000)}) as locked
  `.execute(transaction);
  return rows[0]?.locked === true;
}

async function recounted(
  transaction: Kysely<Database>,
  hour: Date,
  organizationId: string,
  entitiesFromMs: number,
): Promise<readonly ChangedCount[]> {
  await ensureMonth(transaction, 'article_metrics', hour);
  return recountHour(transaction, { hour, organizationId, withEntities: hour.getTime() >= entitiesFromMs });
}

const { retention } = topics['article-metric'];
const toldForMs = retention.kind === 'deleted' ? retention.afterMs : 0;
const recordsInOneInsert = 2_000;

/** Names are too many for a topic, and what is older than the topic keeps would be deleted at once. */
async function tell(
  transaction: Kysely<Database>,
  hour: Date,
  changed: readonly ChangedCount[],
  nowMs: number,
): Promise<void> {
  if (hour.getTime() < nowMs - toldForMs) return;
  const records = changed
    .filter(({ metric_name }) => metric_name !== 'articles_by_entity')
    .map((count) => ({ key: keyOf(count, hour), value: metricOf(count, hour, nowMs) }));
  for (let from = 0; from < records.length; from += recordsInOneInsert) {
    await writeToOutbox(transaction, 'article-metric', records.slice(from, from + recordsInOneInsert));
  }
}

const keyOf = ({ organization_id, metric_name, dimensions }: ChangedCount, hour: Date): string =>
  [organization_id, metric_name, hour.toISOString(), ...Object.entries(dimensions).flat()].join('/');

function metricOf({ dimensions, ...count }: ChangedCount, hour: Date, nowMs: number): ArticleMetric {
  const [dimension, value] = Object.entries(dimensions)[0] ?? [null, null];
  return { ...count, dimension, dimension_value: value, time: hour.getTime(), counted_at: nowMs };
}
