import { type Kysely, sql } from 'kysely';
import type { Plan } from '../../domain/query/plan.ts';
import type { Database } from '../schema.ts';
import { Invalid } from '../services/faults.ts';
import type { QueryEmbedder } from '../services/search/query-embedder.ts';
import type { Condition } from '../services/articles/rows.ts';
import { conditionOf } from '../services/query/condition.ts';
import { nearArticles } from '../services/query/near.ts';
import { openQueries } from '../services/query/queries.ts';
import { pointing } from '../services/query/syntax-fault.ts';
import type { VectorIndex } from '../vector-index/port.ts';
import { composeReport } from './compose.ts';
import type { Period, Span } from './period.ts';
import type { Report, ReportKind } from './report.ts';
import type { Scope } from './scope.ts';
import { reportId, storeReport } from './store.ts';

export interface ReportPorts {
  readonly db: Kysely<Database>;
  readonly vectors: Pick<VectorIndex, 'query'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface WantedReport {
  readonly organizationId: string;
  readonly kind: ReportKind;
  readonly savedSearchId: string | null;
  readonly period: Period;
}

/** Composing reads what a list of articles never does; after this the server ends a statement. */
const statementTimeout = '60s';

/**
 * Composes a report and stores it, within the transaction that `db` is.
 *
 * @throws Invalid for a saved search that the organisation does not have, or that names a topic or source that is gone,
 *   or to which too many articles of the period are near
 */
export async function makeReport(
  ports: ReportPorts,
  transaction: Kysely<Database>,
  { organizationId, kind, savedSearchId, period }: WantedReport,
): Promise<{ readonly id: string; readonly report: Report }> {
  await sql`select set_config('statement_timeout', ${statementTimeout}, true)`.execute(transaction);
  const search = savedSearchId === null ? null : await savedSearch(transaction, organizationId, savedSearchId);
  const conditionIn = search === null ? null : await conditionsOf(ports, transaction, organizationId, search.resolved);
  const report = await pointing('saved_search_id', search?.resolved ?? '', () =>
    composeReport(
      transaction,
      { organizationId, conditionIn },
      {
        kind,
        period,
        savedSearch: search === null ? null : { id: search.id, name: search.name, query: search.query },
        nowMs: ports.now(),
      },
    ),
  );
  const id = reportId(organizationId, kind, savedSearchId, period);
  await storeReport(transaction, id, report);
  return { id, report };
}

async function savedSearch(db: Kysely<Database>, organizationId: string, id: string) {
  const row = await db
    .selectFrom('saved_searches')
    .select(['id', 'name', 'query'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) {
    const detail = `there is no saved search ${id}`;
    throw new Invalid({ field: 'saved_search_id', code: 'unknown_saved_search', detail });
  }
  return { id: row.id, name: row.name, query: row.query.text, resolved: row.query.resolved };
}

/** What the search asks in a span, found once. */
async function conditionsOf(
  { vectors, embedder, now }: ReportPorts,
  db: Kysely<Database>,
  organizationId: string,
  resolved: string,
): Promise<Scope['conditionIn']> {
  const nowMs = now();
  const queries = openQueries({ db, vectors, embedder, organizationId, now });
  const { plan } = await queries.readResolved('saved_search_id', resolved);
  const find = async (span: Span): Promise<Condition> => {
    const within = planWithin(plan, span);
    const near = await nearArticles({ vectors, embedder, organizationId }, within, nowMs);
    return conditionOf(within, { organizationId, nowMs, near });
  };
  const found = new Map<string, Promise<Condition>>();
  return (span) => {
    const key = `${span.fromMs} ${span.toMs}`;
    const condition = found.get(key) ?? find(span);
    found.set(key, condition);
    return condition;
  };
}

/** The vector store is asked for no more than what was published in the span. */
function planWithin(plan: Plan, { fromMs, toMs }: Span): Plan {
  const { span } = plan;
  const from = { value: fromMs, relative: false, inclusive: true };
  const to = { value: toMs, relative: false, inclusive: false };
  const published = { kind: 'range', field: 'published', from, to, span } as const;
  return { kind: 'and', clauses: [...(plan.kind === 'and' ? plan.clauses : [plan]), published], span };
}
