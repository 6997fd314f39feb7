import { type Kysely, sql } from 'kysely';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import type { Database } from '../../schema.ts';
import { articlesOfSpan } from '../analytics/followed.ts';
import { collectingSince, hoursOf } from '../analytics/hours.ts';
import type { TrendingThing } from '../analytics/input.ts';
import { labelsOf, namesOf } from '../analytics/labels.ts';
import type { Against } from './baseline.ts';
import { type Burst, bursts, leastCount, type RecentArticle } from './bursts.ts';
import { populationOf } from './population.ts';

/** What comes more often now than is usual for it. */
export interface Trend extends Omit<Burst, 'key' | 'with' | 'windowMinutes'> {
  /** Up to now. */
  readonly window_minutes: number;
  readonly of: TrendingThing;
  /** Category, id of a topic or story, or key of what articles name. */
  readonly value: string;
  readonly name: string;
  /** For people: what is counted, and with what it was compared. */
  readonly words: string;
  /** Others of the kind, by name, that have risen only with this. */
  readonly with: readonly string[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Seasons of a week need four of them, a day for the level before, and one for the smoothing. */
const historyHours = 4 * 168 + 48;
/** Of the last two hours at most, the latest. */
const maxArticles = 20_000;

/**
 * What trends for an organisation now, the most surprising first.
 *
 * @param nowMs milliseconds since 1970
 */
export async function trendsOf(
  db: Kysely<Database>,
  organizationId: string,
  of: TrendingThing,
  nowMs: number,
): Promise<readonly Trend[]> {
  const since = await collectingSince(db);
  if (since === null) return [];
  const hourNow = Math.floor(nowMs / hourMs) * hourMs;
  const recentFromMs = Math.max(hourNow - hourMs, since);
  const historyFromMs = Math.max(hourNow - hourMs - historyHours * hourMs, Math.ceil(since / hourMs) * hourMs);
  const articles = await recentArticles(db, organizationId, of, recentFromMs, nowMs);
  // Where there were too many, only the time of those that were read is known.
  const knownFromMs = articles.length < maxArticles ? recentFromMs : (articles.at(-1)?.at ?? recentFromMs);
  const span = { fromMs: historyFromMs, toMs: Math.max(historyFromMs, hourNow - hourMs) };
  const total = (await hoursOf(db, organizationId, { ...span, of: 'all', values: [''] })).get('') ?? [];
  const keys = frequent(articles, nowMs);
  const comesAndGoes = of === 'entity' || of === 'story';
  const history =
    of === 'story' ? new Map<string, number[]>() : await hoursOf(db, organizationId, { ...span, of, values: keys });
  const found = bursts({
    nowMs,
    recentFromMs: knownFromMs,
    articles,
    history,
    total,
    candidates: await candidatesOf(db, organizationId, of, articles),
    ...(comesAndGoes ? { floor: await populationOf(db, organizationId, of, hourNow), windows: [60] } : {}),
  });
  const names = await namesOf(
    db,
    organizationId,
    of,
    found.flatMap((burst) => [burst.key, ...burst.with]),
  );
  return found
    .filter(({ key }) => names.has(key))
    .map(({ key, with: companions, windowMinutes, ...burst }) => ({
      window_minutes: windowMinutes,
      of,
      value: key,
      name: names.get(key) ?? key,
      ...burst,
      words: wordsOf({ ...burst, windowMinutes }),
      with: companions.slice(0, 5).flatMap((companion) => names.get(companion) ?? []),
    }));
}

/** Those without a date of their own are left out: they carry the time at which a new feed was read first. */
async function recentArticles(
  db: Kysely<Database>,
  organizationId: string,
  of: TrendingThing,
  fromMs: number,
  toMs: number,
): Promise<readonly RecentArticle[]> {
  const span = { from: new Date(fromMs), to: new Date(toMs) };
  const { rows } = await sql<RecentArticle>`
    select (extract(epoch from a.published_date) * 1000)::float8 as at, array(${labelsOf(of, organizationId)}) as keys
    from ${articlesOfSpan(organizationId, span)} a where a.published_at_source <> 'fetched'
    order by a.published_date desc limit ${maxArticles}
  `.execute(db);
  return rows;
}

/** Keys that could be a burst at all. */
function frequent(articles: readonly RecentArticle[], nowMs: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { at, keys } of articles) {
    if (at >= nowMs - hourMs) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= leastCount).map(([key]) => key);
}

async function candidatesOf(
  db: Kysely<Database>,
  organizationId: string,
  of: TrendingThing,
  articles: readonly RecentArticle[],
): Promise<number> {
  if (of === 'category') return newsTopicIds.length;
  if (of !== 'topic') return new Set(articles.flatMap(({ keys }) => keys)).size;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from topics where organization_id = ${organizationId}
  `.execute(db);
  return rows[0]?.count ?? 0;
}

const how: Readonly<Record<Against, string>> = {
  'past weeks': 'as at this hour of past weeks',
  'past days': 'as at this hour of past days',
  'the hours before': 'as in the hours before',
  'others of its kind': 'as others of its kind have',
};

/** For example "34 articles in the last hour, 3 expected (as at this hour of past weeks)". */
function wordsOf({ count, expected, windowMinutes, against }: Omit<Burst, 'key' | 'with' | 'probability'>): string {
  const span = windowMinutes === 60 ? 'the last hour' : `the last ${windowMinutes} minutes`;
  const number = expected < 1 ? 'less than 1' : String(Math.round(expected));
  return `${count} articles in ${span}, ${number} expected (${how[against]})`;
}
