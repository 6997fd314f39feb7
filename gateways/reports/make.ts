import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { Invalid } from '../services/faults.ts';
import type { QueryEmbedder } from '../services/search/query-embedder.ts';
import { openQueries } from '../services/query/queries.ts';
import type { VectorIndex } from '../vector-index/port.ts';
import { composeReport } from './compose.ts';
import type { Period } from './period.ts';
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
 * @throws Invalid for a saved search that the organisation does not have, or that can no longer be read
 */
export async function makeReport(
  ports: ReportPorts,
  transaction: Kysely<Database>,
  { organizationId, kind, savedSearchId, period }: WantedReport,
): Promise<{ readonly id: string; readonly report: Report }> {
  await sql`select set_config('statement_timeout', ${statementTimeout}, true)`.execute(transaction);
  const search = savedSearchId === null ? null : await savedSearch(transaction, organizationId, savedSearchId);
  const condition = search === null ? null : await conditionOf(ports, transaction, organizationId, search.resolved);
  const scope: Scope = { organizationId, condition };
  const report = await composeReport(transaction, scope, {
    kind,
    period,
    savedSearch: search === null ? null : { id: search.id, name: search.name, query: search.query },
    nowMs: ports.now(),
  });
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

async function conditionOf(
  { vectors, embedder, now }: ReportPorts,
  db: Kysely<Database>,
  organizationId: string,
  resolved: string,
): Promise<Scope['condition']> {
  const queries = openQueries({ db, vectors, embedder, organizationId, now });
  const read = await queries.readResolved('saved_search_id', resolved);
  return queries.select(read, read.plan);
}
