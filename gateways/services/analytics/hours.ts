import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';

const hourMs = 3_600_000;

interface HourRow {
  readonly value: string;
  readonly at: number;
  readonly count: number;
}

/** Counts of hours that follow each other, by value, from the first hour on; an hour without a row has 0. */
export async function hoursOf(
  db: Kysely<Database>,
  organizationId: string,
  {
    of,
    values,
    fromMs,
    toMs,
  }: {
    readonly of: string;
    /** Null: all that have any. */
    readonly values: readonly string[] | null;
    /** Both begin an hour. */
    readonly fromMs: number;
    readonly toMs: number;
  },
): Promise<Map<string, number[]>> {
  const length = Math.max(0, Math.round((toMs - fromMs) / hourMs));
  const hours = new Map<string, number[]>((values ?? []).map((value) => [value, zeros(length)]));
  if (length === 0 || values?.length === 0) return hours;
  const from = new Date(fromMs);
  const to = new Date(toMs);
  const { rows } = await (
    of === 'activity'
      ? sql<HourRow>`
          select action as value, count(*)::float8 as count,
                 floor(extract(epoch from time - ${from}::timestamptz) / 3600)::int as at
          from user_activity
          where organization_id = ${organizationId} and time >= ${from} and time < ${to}
            and (${values === null} or action = any(${values ?? []}::text[]))
          group by 1, 3`
      : sql<HourRow>`
          select coalesce(dimensions ->> ${of}, '') as value, metric_value as count,
                 (extract(epoch from time - ${from}::timestamptz) / 3600)::int as at
          from article_metrics
          where organization_id = ${organizationId} and metric_name = ${of === 'all' ? 'articles' : `articles_by_${of}`}
            and time >= ${from} and time < ${to}
            and (${values === null} or dimensions = any(
              select case ${of} when 'all' then '{}'::jsonb else jsonb_build_object(${of}::text, value) end
              from unnest(${values ?? []}::text[]) value))`
  ).execute(db);
  for (const { value, at, count } of rows) {
    const counts = hours.get(value) ?? zeros(length);
    counts[at] = count;
    hours.set(value, counts);
  }
  return hours;
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/**
 * The first full hour since articles are collected at all: earlier articles are what feeds still listed then, and tell
 * no rate. Null where nothing was collected yet.
 */
export async function collectingSince(db: Kysely<Database>): Promise<number | null> {
  const { rows } = await sql<{ since: Date | null }>`select min(scraped_at) as since from content.articles`.execute(db);
  return rows[0]?.since?.getTime() ?? null;
}
