import type { Query } from './ast.ts';

/**
 * The query as lists, searches and saved searches run it: without what the organisation's rules have dropped, unless it
 * says itself what becomes of that. Rules run their queries as they are.
 */
export function withoutDropped(query: Query): Query {
  if (asksForDropped(query)) return query;
  const span = { start: query.span.end, end: query.span.end };
  const isDropped = { kind: 'value', field: 'is', value: 'dropped', span } as const;
  const notDropped = { kind: 'not', clause: isDropped, span } as const;
  return { kind: 'and', clauses: [...(query.kind === 'and' ? query.clauses : [query]), notDropped], span: query.span };
}

function asksForDropped(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.clauses.some(asksForDropped);
    case 'not':
      return asksForDropped(query.clause);
    default:
      return query.kind === 'value' && query.field === 'is' && query.value === 'dropped';
  }
}
