import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { articlesOfSpan } from './followed.ts';
import type { Counted, SentimentQuery, SeriesQuery, SeriesWindow } from './input.ts';
import { labelsOf, namesOf } from './labels.ts';
import type { Span } from './span.ts';

export interface SeriesPoint {
  /** When the window begins, ISO 8601 in UTC. */
  readonly time: string;
  readonly count: number;
}

/** Counts by window, without a gap. The last window may not be over yet. */
export interface VolumeSeries {
  readonly of: Counted;
  /** Null: of all articles. */
  readonly value: string | null;
  readonly name: string;
  readonly window: SeriesWindow;
  readonly total: number;
  readonly points: readonly SeriesPoint[];
}

interface Row {
  readonly value: string;
  readonly time: Date;
  readonly count: number;
}

/**
 * @param span on borders of hours, for minutes on borders of minutes
 * @returns the asked value's series, else those with the most, the greatest first
 */
export async function volumeSeries(
  db: Kysely<Database>,
  organizationId: string,
  query: Omit<SeriesQuery, 'from' | 'to'>,
  span: Span,
): Promise<readonly VolumeSeries[]> {
  const { of, value, window, limit } = query;
  const rows = await rowsOf(db, organizationId, query, span);
  const times = await windowsOf(db, query, span);
  const byValue = Map.groupBy(rows, (row) => row.value);
  if (of === 'all') byValue.set('', byValue.get('') ?? []);
  else if (value !== undefined) byValue.set(value, byValue.get(value) ?? []);
  const names = await namesOf(db, organizationId, of, [...byValue.keys()]);
  return [...byValue]
    .filter(([key]) => names.has(key) || key === value)
    .map(([key, counts]): VolumeSeries => {
      const at = new Map(counts.map(({ time, count }) => [time.getTime(), count]));
      return {
        of,
        value: of === 'all' ? null : key,
        name: of === 'all' ? 'all articles' : (names.get(key) ?? key),
        window,
        total: counts.reduce((sum, { count }) => sum + count, 0),
        points: times.map((time) => ({ time: time.toISOString(), count: at.get(time.getTime()) ?? 0 })),
      };
    })
    .toSorted((a, b) => b.total - a.total || ((a.value ?? '') < (b.value ?? '') ? -1 : 1))
    .slice(0, limit);
}

async function rowsOf(
  db: Kysely<Database>,
  organizationId: string,
  { of, value, window, time_zone, limit }: Omit<SeriesQuery, 'from' | 'to'>,
  span: Span,
): Promise<readonly Row[]> {
  const bucket = (column: RawBuilder<unknown>) => sql`date_trunc(${window}, ${column}, ${time_zone})`;
  if (of === 'activity') {
    const { rows } = await sql<Row>`
      select action as value, ${bucket(sql`time`)} as time, count(*)::int as count from user_activity
      where organization_id = ${organizationId} and time >= ${span.from} and time < ${span.to}
        and (${value ?? null}::text is null or action = ${value ?? null})
      group by 1, 2
    `.execute(db);
    return rows;
  }
  if (window === 'minute') {
    const { rows } = await sql<Row>`
      select l.value, ${bucket(sql`a.published_date`)} as time, count(*)::int as count
      from ${articlesOfSpan(organizationId, span)} a cross join lateral ${labelsOf(of, organizationId)} l(value)
      where ${value ?? null}::text is null or l.value = ${value ?? null}
      group by 1, 2
    `.execute(db);
    return rows;
  }
  const metric = of === 'all' ? 'articles' : `articles_by_${of}`;
  const narrowed =
    value !== undefined && of !== 'all'
      ? sql`and dimensions = jsonb_build_object(${of}::text, ${value}::text)`
      : many.has(of)
        ? sql`and dimensions in (
            select dimensions from article_metrics where organization_id = ${organizationId}
              and metric_name = ${metric} and time >= ${span.from} and time < ${span.to}
            group by dimensions order by sum(metric_value) desc, dimensions limit ${limit})`
        : sql``;
  const { rows } = await sql<Row>`
    select coalesce(dimensions ->> ${of}, '') as value, ${bucket(sql`time`)} as time, sum(metric_value)::float8 as count
    from article_metrics
    where organization_id = ${organizationId} and metric_name = ${metric}
      and time >= ${span.from} and time < ${span.to} ${narrowed}
    group by 1, 2
  `.execute(db);
  return rows;
}

/** Of these there may be thousands. */
const many: ReadonlySet<Counted> = new Set<Counted>(['entity', 'source']);

/** When the windows of a span begin. */
async function windowsOf(
  db: Kysely<Database>,
  { window, time_zone }: { readonly window: SeriesWindow; readonly time_zone: string },
  { from, to }: Span,
): Promise<readonly Date[]> {
  const { rows } = await sql<{ time: Date }>`
    select time from generate_series(date_trunc(${window}, ${from}::timestamptz, ${time_zone}),
      ${to}::timestamptz - interval '1 microsecond', ${`1 ${window}`}::interval, ${time_zone}) time
  `.execute(db);
  return rows.map(({ time }) => time);
}

export interface SentimentPoint {
  /** When the window begins, ISO 8601 in UTC. */
  readonly time: string;
  /** Of the articles that were judged, -1 to 1; null where there is none. */
  readonly mean: number | null;
  /** Articles that were judged. */
  readonly count: number;
}

export interface SentimentSeries {
  readonly of: 'all' | 'category' | 'topic' | 'source';
  readonly value: string | null;
  readonly name: string;
  readonly window: SeriesWindow;
  readonly mean: number | null;
  readonly count: number;
  readonly points: readonly SentimentPoint[];
}

/** As `volumeSeries`, of the mean score. */
export async function sentimentSeries(
  db: Kysely<Database>,
  organizationId: string,
  query: Omit<SentimentQuery, 'from' | 'to'>,
  span: Span,
): Promise<readonly SentimentSeries[]> {
  const { of, value, window, time_zone, limit } = query;
  const which =
    of === 'all'
      ? sql`dimensions = '{}'`
      : value === undefined
        ? sql`dimensions in (
            select dimensions from article_metrics where organization_id = ${organizationId}
              and metric_name = 'sentiment_count' and dimensions ? ${of} and time >= ${span.from} and time < ${span.to}
            group by dimensions order by sum(metric_value) desc, dimensions limit ${limit})`
        : sql`dimensions = jsonb_build_object(${of}::text, ${value}::text)`;
  const { rows } = await sql<Row & { readonly sum: number }>`
    select coalesce(dimensions ->> ${of}, '') as value, date_trunc(${window}, time, ${time_zone}) as time,
           coalesce(sum(metric_value) filter (where metric_name = 'sentiment_count'), 0)::float8 as count,
           coalesce(sum(metric_value) filter (where metric_name = 'sentiment_sum'), 0)::float8 as sum
    from article_metrics
    where organization_id = ${organizationId} and metric_name in ('sentiment_sum', 'sentiment_count')
      and time >= ${span.from} and time < ${span.to} and ${which}
    group by 1, 2
  `.execute(db);
  const times = await windowsOf(db, query, span);
  const byValue = Map.groupBy(rows, (row) => row.value);
  if (of === 'all') byValue.set('', byValue.get('') ?? []);
  const names = await namesOf(db, organizationId, of, [...byValue.keys()]);
  return [...byValue]
    .filter(([key]) => names.has(key))
    .map(([key, windows]): SentimentSeries => {
      const at = new Map(windows.map((row) => [row.time.getTime(), row]));
      const count = windows.reduce((total, row) => total + row.count, 0);
      return {
        of,
        value: of === 'all' ? null : key,
        name: of === 'all' ? 'all articles' : (names.get(key) ?? key),
        window,
        mean: meanOf(
          windows.reduce((total, row) => total + row.sum, 0),
          count,
        ),
        count,
        points: times.map((time) => {
          const row = at.get(time.getTime());
          return { time: time.toISOString(), mean: meanOf(row?.sum ?? 0, row?.count ?? 0), count: row?.count ?? 0 };
        }),
      };
    })
    .toSorted((a, b) => b.count - a.count || ((a.value ?? '') < (b.value ?? '') ? -1 : 1))
    .slice(0, limit);
}

const meanOf = (sum: number, count: number): number | null =>
  count === 0 ? null : Math.round((sum / count) * 10_000) / 10_000;
