import { type Kysely, sql } from 'kysely';
import type { Query, Value } from '../../../domain/query/ast.ts';
import { QuerySyntaxError } from '../../../domain/query/syntax-error.ts';
import type { Database } from '../../schema.ts';

/** A name in a query, and what it stands for. */
export interface ResolvedName {
  readonly field: 'topic' | 'source';
  /** As it was written. */
  readonly written: string;
  readonly id: string;
  readonly name: string;
}

type Named = Value & { readonly field: 'topic' | 'source' };
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface Row {
  readonly id: string;
  readonly name: string;
}

/**
 * The query with ids where topics and sources were named. A name is one of the organisation's, in any case.
 *
 * @throws QuerySyntaxError for a name or an id that the organisation does not know, or not any more: it would select
 *   nothing, and nobody would be told
 */
export async function resolveNames(
  db: Kysely<Database>,
  organizationId: string,
  query: Query,
): Promise<{ readonly query: Query; readonly names: readonly ResolvedName[] }> {
  const names = new Map<Value, ResolvedName>();
  for (const value of namedIn(query)) names.set(value, await resolved(db, organizationId, value));
  return { query: replaced(query, names), names: [...names.values()] };
}

function namedIn(query: Query): readonly Named[] {
  if (query.kind === 'and' || query.kind === 'or') return query.clauses.flatMap(namedIn);
  if (query.kind === 'not') return namedIn(query.clause);
  return query.kind === 'value' && isNamed(query) ? [query] : [];
}

const isNamed = (value: Value): value is Named => value.field === 'topic' || value.field === 'source';

async function resolved(db: Kysely<Database>, organizationId: string, value: Named): Promise<ResolvedName> {
  const { field, value: written } = value;
  const table = sql.table(field === 'topic' ? 'topics' : 'sources');
  const condition = uuid.test(written) ? sql`id = ${written}::uuid` : sql`lower(name) = lower(${written})`;
  const { rows } = await sql<Row>`
    select id, name from ${table} where organization_id = ${organizationId} and ${condition}
    order by name <> ${written}, id limit 1
  `.execute(db);
  const [row] = rows;
  if (row !== undefined) return { field, written, ...row };
  const hint = `write the name or the id of one of the organisation's ${field}s`;
  throw uuid.test(written)
    ? new QuerySyntaxError(`there is no ${field} ${written}, or not any more`, value.span, hint)
    : new QuerySyntaxError(`there is no ${field} named "${written}"`, value.span, hint);
}

function replaced(query: Query, names: ReadonlyMap<Value, ResolvedName>): Query {
  if (query.kind === 'and' || query.kind === 'or') {
    return { ...query, clauses: query.clauses.map((clause) => replaced(clause, names)) };
  }
  if (query.kind === 'not') return { ...query, clause: replaced(query.clause, names) };
  const name = query.kind === 'value' ? names.get(query) : undefined;
  return query.kind === 'value' && name !== undefined ? { ...query, value: name.id } : query;
}
