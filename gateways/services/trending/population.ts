import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { articlesOfSpan } from '../analytics/followed.ts';
import { labelsOf } from '../analytics/labels.ts';
import type { BurstInput } from './bursts.ts';

const hourMs = 3_600_000;
const daysMs = 24 * hourMs;
/** Where nothing is known yet. */
const usual = { count: 50, mean: 1.5, square: 5 };

/**
 * What those stories or names have in an hour that have any, over some past days: most have one article, and few have
 * many. What comes for the first time is judged against this, having no past of its own.
 */
export async function populationOf(
  db: Kysely<Database>,
  organizationId: string,
  of: 'entity' | 'story',
  hourNow: number,
): Promise<NonNullable<BurstInput['floor']>> {
  const to = new Date(hourNow - 2 * hourMs);
  const { rows } =
    of === 'entity'
      ? await sql<Moments>`
          select count(*)::int as count, coalesce(sum(metric_value), 0) as sum, coalesce(sum(metric_value ^ 2), 0) as squares
          from article_metrics where organization_id = ${organizationId} and metric_name = 'articles_by_entity'
            and time >= ${new Date(to.getTime() - daysMs)} and time < ${to}
        `.execute(db)
      : await sql<Moments>`
          select count(*)::int as count, coalesce(sum(n), 0)::float8 as sum, coalesce(sum(n ^ 2), 0)::float8 as squares
          from (select count(*)::float8 as n
                from ${articlesOfSpan(organizationId, { from: new Date(to.getTime() - daysMs), to })} a
                cross join lateral ${labelsOf('story', organizationId)} l(story)
                group by l.story, date_trunc('hour', a.published_date, 'UTC')) hours
        `.execute(db);
  const { count, sum, squares } = rows[0] ?? { count: 0, sum: 0, squares: 0 };
  const all = count + usual.count;
  const mean = (sum + usual.count * usual.mean) / all;
  const variance = (squares + usual.count * usual.square) / all - mean * mean;
  return { perHour: mean, spread: Math.max(0.5, (variance - mean) / (mean * mean)) };
}

interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}
