import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import type { TopQuery } from './input.ts';
import { namesOf } from './labels.ts';
import type { Span } from './span.ts';

export interface TopItem {
  readonly of: TopQuery['of'];
  readonly value: string;
  readonly name: string;
  readonly count: number;
  /** In the span of the same length right before. */
  readonly before: number;
}

/** What most articles of a span have, or what was done most, the most first. */
export async function topItems(
  db: Kysely<Database>,
  organizationId: string,
  { of, limit }: Pick<TopQuery, 'of' | 'limit'>,
  { from, to }: Span,
): Promise<readonly TopItem[]> {
  const earlier = new Date(2 * from.getTime() - to.getTime());
  const counts =
    of === 'activity'
      ? sql<Counts>`
          select action as value, count(*) filter (where time >= ${from})::int as count,
                 count(*) filter (where time < ${from})::int as before
          from user_activity where organization_id = ${organizationId} and time >= ${earlier} and time < ${to}
          group by action order by count desc, value limit ${limit}`
      : sql<Counts>`
          with most as materialized (
            select dimensions, sum(metric_value) as count from article_metrics
            where organization_id = ${organizationId} and metric_name = ${`articles_by_${of}`}
              and time >= ${from} and time < ${to}
              and (${of} <> 'topic' or dimensions ->> 'topic' in (
                select id::text from topics where organization_id = ${organizationId}))
            group by dimensions order by count desc, dimensions limit ${limit}
          )
          select dimensions ->> ${of} as value, count::float8 as count, coalesce((
            select sum(b.metric_value) from article_metrics b
            where b.organization_id = ${organizationId} and b.metric_name = ${`articles_by_${of}`}
              and b.dimensions = most.dimensions and b.time >= ${earlier} and b.time < ${from}
          ), 0)::float8 as before
          from most order by count desc, value`;
  const { rows } = await counts.execute(db);
  const names = await namesOf(
    db,
    organizationId,
    of,
    rows.map(({ value }) => value),
  );
  return rows.filter(({ count }) => count > 0).map((row) => ({ of, name: names.get(row.value) ?? row.value, ...row }));
}

interface Counts {
  readonly value: string;
  readonly count: number;
  readonly before: number;
}
