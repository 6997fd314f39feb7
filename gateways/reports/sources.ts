import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { feedHealth, type FeedHealthRow } from '../services/sources/feed-health.ts';
import { namesOf } from '../services/analytics/labels.ts';
import { before, type Period } from './period.ts';
import type { ReportSources, SourceCount } from './report.ts';
import { articlesIn, type Scope } from './scope.ts';

const maxActive = 6;
const maxTold = 10;
/** Periods before in which a source must have been heard to be missed. */
const periodsBefore = 4;
const leastUsual = { daily: 3, weekly: 1 } as const;
const failingStates: readonly string[] = ['failing', 'suspect', 'dead'];

/** Who had most articles; of all that the organisation follows also who fell silent, and who fails. */
export async function sourcesOf(
  db: Kysely<Database>,
  scope: Scope,
  period: Period,
  kind: 'daily' | 'weekly',
): Promise<ReportSources> {
  const active = await activeSources(db, scope, period);
  if (scope.conditionIn !== null) return { active, silent: [], failing: [] };
  const { organizationId } = scope;
  const failing = await failingSources(db, organizationId);
  const silent = await silentSources(db, organizationId, period, leastUsual[kind]);
  const isFailing = new Set(failing.map(({ id }) => id));
  return {
    active,
    silent: silent.filter(({ id }) => !isFailing.has(id)).slice(0, maxTold),
    failing: failing.slice(0, maxTold),
  };
}

async function activeSources(db: Kysely<Database>, scope: Scope, period: Period): Promise<readonly SourceCount[]> {
  const { rows } = await sql<Omit<SourceCount, 'name'>>`
    select l.id, count(*) filter (where a.published_date >= ${new Date(period.fromMs)})::int as count,
           count(*) filter (where a.published_date < ${new Date(period.fromMs)})::int as previous
    from ${await articlesIn(scope, { fromMs: before(period).fromMs, toMs: period.toMs })} a
    cross join lateral unnest(a.sources) l(id)
    group by l.id having count(*) filter (where a.published_date >= ${new Date(period.fromMs)}) > 0
    order by 2 desc, 1 limit ${maxActive}
  `.execute(db);
  const names = await namesOf(
    db,
    scope.organizationId,
    'source',
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, name: names.get(row.id) ?? row.id }));
}

/** Which were heard in each of the periods before, as far as they have been followed, and not in this one. */
async function silentSources(
  db: Kysely<Database>,
  organizationId: string,
  period: Period,
  least: number,
): Promise<ReportSources['silent']> {
  const past = before(period, periodsBefore);
  const { rows } = await sql<ReportSources['silent'][number]>`
    select s.id, coalesce(nullif(s.display_name, ''), s.name) as name, (sum(m.metric_value) / ${periodsBefore})::float8 as usual
    from sources s join article_metrics m on m.organization_id = s.organization_id
      and m.metric_name = 'articles_by_source' and m.dimensions = jsonb_build_object('source', s.id)
    where s.organization_id = ${organizationId} and s.enabled
      and m.time >= ${new Date(past.fromMs)} and m.time < ${new Date(period.fromMs)}
      and not exists (
        select from article_metrics n where n.organization_id = s.organization_id and n.metric_name = 'articles_by_source'
          and n.dimensions = jsonb_build_object('source', s.id)
          and n.time >= ${new Date(period.fromMs)} and n.time < ${new Date(period.toMs)} and n.metric_value > 0)
    group by s.id having sum(m.metric_value) / ${periodsBefore} >= ${least}
    order by usual desc, name limit ${maxTold * 2}
  `.execute(db);
  return rows;
}

async function failingSources(db: Kysely<Database>, organizationId: string): Promise<ReportSources['failing']> {
  const { rows } = await sql<FeedHealthRow & { readonly id: string; readonly name: string }>`
    select s.id, coalesce(nullif(s.display_name, ''), s.name) as name, f.health, f.health_reason, f.checked_at, f.paused,
           f.next_due_at as next_attempt_at, null as http_status, null as error_code
    from sources s join feeds f on f.id = s.feed_id
    where s.organization_id = ${organizationId} and s.enabled and f.health = any(${failingStates}::text[])
    order by f.failing_since nulls last, name limit ${maxTold}
  `.execute(db);
  return rows.map(({ id, name, ...row }) => {
    const { state, words } = feedHealth(true, row);
    return { id, name, state, words };
  });
}
