import { setImmediate as letOthers } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { hoursOf } from '../analytics/hours.ts';
import { namesOf } from '../analytics/labels.ts';
import { countedSince } from './counted-since.ts';
import { type UnusualHour, unusualHours } from './unusual-hours.ts';

export type AnomalyOf = 'all' | 'source' | 'category' | 'topic' | 'activity';

/** What is watched: articles, in all and by source, category and topic; or what people do, by action. */
export type Watched = 'articles' | 'activity';

/** An hour in which there was far more or less than foreseen. */
export interface VolumeAnomaly extends Omit<UnusualHour, 'at'> {
  /** The same while it lasts, on one day in UTC: what was told of it once need not be told again. */
  readonly key: string;
  readonly of: AnomalyOf;
  /** Id of a source or topic, name of a category or action; null: of all articles. */
  readonly value: string | null;
  readonly name: string;
  /** The hour, ISO 8601 in UTC. */
  readonly time: string;
  /** True where it is worth an alert: among all series that are watched, chance alone brings about one in four weeks. */
  readonly is_alarming: boolean;
  readonly words: string;
}

const hourMs = 3_600_000;
const historyHours = 28 * 24;
/** Hours that are over, the latest. */
const judgedHours = 4;
/** An hour that lacks articles may only wait for them: feeds are collected every quarter of an hour, and pages after that. */
const waitForLateMs = hourMs;
/** The busiest: of what has few articles no hour is unusual. */
const maxSeries = 300;
const leastAWeek = 20;
const falseInFourWeeks = 1;

/** The unusual hours among the latest. Called again it finds the same, and what has come to light since. */
export async function volumeAnomalies(
  db: Kysely<Database>,
  organizationId: string,
  watched: Watched,
  nowMs: number,
): Promise<readonly VolumeAnomaly[]> {
  const toMs = Math.floor(nowMs / hourMs) * hourMs;
  const fromMs = toMs - historyHours * hourMs;
  const since = await countedSince(db, organizationId);
  const series = await busiest[watched](db, organizationId, toMs);
  const limit = falseInFourWeeks / (4 * 168 * Math.max(1, series.length));
  const found: VolumeAnomaly[] = [];
  for (const [of, ofKind] of Map.groupBy(series, (one) => one.of)) {
    const values = ofKind.map(({ value }) => value);
    const names = await namesOf(db, organizationId, of, values);
    const hours = await hoursOf(db, organizationId, { of, values, fromMs, toMs });
    for (const value of values) {
      const name = of === 'all' ? 'all articles' : names.get(value);
      if (name === undefined) continue;
      // A forecast takes some milliseconds: whoever else is served by this process comes in between.
      await letOthers();
      const unknown = Math.max(0, Math.ceil((since(of, value) - fromMs) / hourMs));
      const startMs = fromMs + unknown * hourMs;
      for (const hour of unusualHours((hours.get(value) ?? []).slice(unknown), judgedHours, startMs) ?? []) {
        const atMs = startMs + hour.at * hourMs;
        if (hour.direction === 'low' && atMs + hourMs + waitForLateMs > nowMs) continue;
        found.push(anomalyOf({ of, value, name }, hour, atMs, limit));
      }
    }
  }
  return found.toSorted((a, b) => a.probability - b.probability);
}

function anomalyOf(
  { of, value, name }: { readonly of: AnomalyOf; readonly value: string; readonly name: string },
  { at: _at, ...hour }: UnusualHour,
  atMs: number,
  limit: number,
): VolumeAnomaly {
  const time = new Date(atMs).toISOString();
  const { low, high } = hour.interval99;
  return {
    ...hour,
    key: ['volume', of, value, hour.direction, time.slice(0, 10)].filter((part) => part !== '').join('/'),
    of,
    value: of === 'all' ? null : value,
    name,
    time,
    is_alarming: hour.probability < limit,
    words:
      `${hour.count} ${of === 'activity' ? 'times' : 'articles of'} ${name} from ${time.slice(11, 16)} to ${new Date(atMs + hourMs).toISOString().slice(11, 16)} UTC, ` +
      `${Math.round(hour.expected)} expected, ${low} to ${high} at 99 %`,
  };
}

interface Series {
  readonly of: AnomalyOf;
  readonly value: string;
}

/** The series of the past week that have enough to be judged. */
const busiest: Readonly<
  Record<Watched, (db: Kysely<Database>, organizationId: string, toMs: number) => Promise<readonly Series[]>>
> = { articles: busiestOfArticles, activity: busiestActions };

async function busiestOfArticles(
  db: Kysely<Database>,
  organizationId: string,
  toMs: number,
): Promise<readonly Series[]> {
  const { rows } = await sql<Series>`
    select case metric_name when 'articles' then 'all' else substr(metric_name, 13) end as of,
           coalesce(dimensions ->> substr(metric_name, 13), '') as value
    from article_metrics
    where organization_id = ${organizationId}
      and metric_name in ('articles', 'articles_by_source', 'articles_by_category', 'articles_by_topic')
      and time >= ${new Date(toMs - 168 * hourMs)} and time < ${new Date(toMs)}
    group by metric_name, dimensions having sum(metric_value) >= ${leastAWeek}
    order by sum(metric_value) desc, 1, 2 limit ${maxSeries}
  `.execute(db);
  return rows;
}

async function busiestActions(db: Kysely<Database>, organizationId: string, toMs: number): Promise<readonly Series[]> {
  const { rows } = await sql<Series>`
    select 'activity' as of, action as value from user_activity
    where organization_id = ${organizationId}
      and time >= ${new Date(toMs - 168 * hourMs)} and time < ${new Date(toMs)}
    group by action having count(*) >= ${leastAWeek}
    order by count(*) desc, 2 limit ${maxSeries}
  `.execute(db);
  return rows;
}
