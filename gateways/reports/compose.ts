import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { articlesOf } from './articles.ts';
import { before, type Period } from './period.ts';
import type { Report, ReportKind, Sentiment } from './report.ts';
import { articlesIn, type Scope } from './scope.ts';
import { sourcesOf } from './sources.ts';
import { storiesOf } from './stories.ts';
import { topicsOf } from './topics.ts';
import { volumeOf } from './volume.ts';

export interface ReportOrder {
  readonly kind: ReportKind;
  readonly period: Period;
  readonly savedSearch: Report['saved_search'];
  readonly nowMs: number;
}

/**
 * A report of what the database holds now on a period that is over. Nothing of another organisation is in it.
 *
 * @throws Error of Postgres
 */
export async function composeReport(db: Kysely<Database>, scope: Scope, order: ReportOrder): Promise<Report> {
  const { kind, period, savedSearch, nowMs } = order;
  const organization = await db
    .selectFrom('organizations')
    .select(['id', 'name'])
    .where('id', '=', scope.organizationId)
    .executeTakeFirstOrThrow();
  const volume = await volumeOf(db, scope, { kind, period });
  const stories = await storiesOf(db, scope, period);
  const totals = { now: volume.total, before: volume.previous };
  return {
    kind,
    title: savedSearch?.name ?? 'All that is followed',
    organization,
    saved_search: savedSearch,
    period: { from: iso(period.fromMs), to: iso(period.toMs), time_zone: period.timeZone },
    generated_at: iso(nowMs),
    volume,
    sentiment: await sentimentOf(db, scope, period),
    stories,
    ...(await topicsOf(db, scope, period, totals)),
    sources: await sourcesOf(db, scope, period, kind),
    articles: await articlesOf(
      db,
      scope,
      period,
      stories.map(({ lead }) => lead.id),
    ),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

interface Labels {
  readonly is_now: boolean;
  readonly score: number | null;
  readonly negative: number;
  readonly neutral: number;
  readonly positive: number;
}

async function sentimentOf(db: Kysely<Database>, scope: Scope, period: Period): Promise<Sentiment | null> {
  const { rows } = await sql<Labels>`
    select a.published_date >= ${new Date(period.fromMs)} as is_now, avg(a.sentiment_score) as score,
      count(*) filter (where a.sentiment_label = 'negative')::int as negative,
      count(*) filter (where a.sentiment_label = 'neutral')::int as neutral,
      count(*) filter (where a.sentiment_label = 'positive')::int as positive
    from ${await articlesIn(scope, { fromMs: before(period).fromMs, toMs: period.toMs })} a
    where a.sentiment_label is not null and a.sentiment_score is not null group by 1
  `.execute(db);
  const now = rows.find(({ is_now }) => is_now);
  if (now === undefined || now.score === null) return null;
  const { score, negative, neutral, positive } = now;
  const previous = rows.find(({ is_now }) => !is_now)?.score ?? null;
  return {
    score: rounded(score),
    previous_score: previous === null ? null : rounded(previous),
    negative,
    neutral,
    positive,
  };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
