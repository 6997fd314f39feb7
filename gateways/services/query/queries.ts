import { type Kysely, sql } from 'kysely';
import type { Query } from '../../../domain/query/ast.ts';
import { withoutDropped } from '../../../domain/query/drop-default.ts';
import { parseCanonical, parseQuery } from '../../../domain/query/parse.ts';
import { type Plan, planQuery } from '../../../domain/query/plan.ts';
import { printQuery } from '../../../domain/query/print.ts';
import type { Database } from '../../schema.ts';
import {
  allOf,
  articleTables,
  type Condition,
  type JoinedRow,
  selection,
  summaryOfRow,
  visibleTo,
} from '../articles/rows.ts';
import { reading } from '../postgres-faults.ts';
import type { QueryTrial, SavedQueries } from '../alerts/saved-queries.ts';
import { conditionOf } from './condition.ts';
import { explained, type QueryExplanation } from './explanation.ts';
import { resolveNames } from './names.ts';
import { nearArticles, type NearPorts } from './near.ts';
import type { ReadQuery } from './read-query.ts';
import { pointing } from './syntax-fault.ts';

/** The query language over the stores. All methods throw Unavailable while a store is away. */
export interface Queries extends SavedQueries {
  /**
   * @param field the argument that holds the query
   * @param options keepsDropped: what rules have dropped is not left out
   * @throws Invalid for a query that cannot be read, or with a topic or source that the organisation does not have: the
   *   detail points at the character
   */
  read(field: string, text: string, options?: { readonly keepsDropped: boolean }): Promise<ReadQuery>;
  /** As read, of what `resolve` made: what it names may be gone. */
  readResolved(field: string, resolved: string): Promise<ReadQuery>;
  /**
   * What selects the articles of `articleTables`.
   *
   * @param plan the query's, or a part of it
   * @throws Invalid where too many articles are near
   */
  select(read: Pick<ReadQuery, 'field' | 'text'>, plan: Plan): Promise<Condition>;
  /** How a query is read. @throws Invalid as read does */
  explain(text: string): Promise<QueryExplanation>;
}

export interface QueryPorts extends NearPorts {
  readonly db: Kysely<Database>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function openQueries(ports: QueryPorts): Queries {
  const { db, organizationId, now } = ports;

  const readBy = (parse: (text: string) => Query, field: string, text: string, keepsDropped = false) =>
    pointing(field, text, async (): Promise<ReadQuery> => {
      const { query, names } = await reading(() => resolveNames(db, organizationId, parse(text)));
      // Before what was dropped is left out: that alone is nothing to look for.
      planQuery(query);
      return { text, field, query, names, ...planQuery(keepsDropped ? query : withoutDropped(query)) };
    });
  const read: Queries['read'] = (field, text, options) => readBy(parseQuery, field, text, options?.keepsDropped);
  const readResolved: Queries['readResolved'] = (field, resolved) => readBy(parseCanonical, field, resolved);

  const select: Queries['select'] = ({ field, text }, plan) =>
    pointing(field, text, async () => {
      const nowMs = now();
      return conditionOf(plan, { organizationId, nowMs, near: await nearArticles(ports, plan, nowMs) });
    });

  return {
    read,
    readResolved,
    select,
    explain: async (text) => explained(await read('q', text)),
    resolve: async (text) => printQuery((await read('query', text)).query),
    test: async (resolved, options) => {
      const query = await readResolved('query', resolved);
      const condition = await select(query, query.plan);
      return reading(() => tried(db, allOf([visibleTo(organizationId), condition]), { ...options, nowMs: now() }));
    },
  };
}

const dayMs = 86_400_000;

async function tried(
  db: Kysely<Database>,
  condition: Condition,
  { days, limit, nowMs }: { readonly days: number; readonly limit: number; readonly nowMs: number },
): Promise<QueryTrial> {
  const conditions = allOf([sql`a.scraped_at >= ${new Date(nowMs - days * dayMs)}`, condition]);
  const { rows: counted } = await sql<{ count: number }>`
    select count(*)::integer as count from ${articleTables} where ${conditions}
  `.execute(db);
  const { rows } = await sql<JoinedRow>`
    select ${selection('summary')} from ${articleTables} where ${conditions}
    order by a.published_date desc, a.id desc limit ${limit}
  `.execute(db);
  return { count: counted[0]?.count ?? 0, days, examples: rows.map(summaryOfRow) };
}
