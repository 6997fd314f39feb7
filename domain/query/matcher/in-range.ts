import { normalPriority, priorityRank } from '../../priority.ts';
import type { Bound, Range, RangeField } from '../ast.ts';
import type { QueryDocument } from '../document.ts';

/** @param now milliseconds since 1970 */
export function isInRange(
  { field, from, to }: Range,
  document: QueryDocument,
  now: number,
  organizationId: string,
): boolean {
  const value = numberOf(field, document, organizationId);
  if (value === null) return false;
  return (from === null || isBeyond(value, from, now, 1)) && (to === null || isBeyond(value, to, now, -1));
}

function isBeyond(value: number, { value: given, relative, inclusive }: Bound, now: number, sign: number): boolean {
  const bound = relative ? now + given : given;
  return inclusive ? value * sign >= bound * sign : value * sign > bound * sign;
}

function numberOf(field: RangeField, document: QueryDocument, organizationId: string): number | null {
  const own = document.organizations.get(organizationId);
  switch (field) {
    case 'published':
      return document.publishedAt;
    case 'collected':
      return document.collectedAt;
    case 'sentiment':
      return document.sentiment?.score ?? null;
    case 'relevance':
      return own?.relevance ?? null;
    case 'words':
      return document.wordCount;
    default:
      return priorityRank(own?.priority ?? normalPriority);
  }
}
