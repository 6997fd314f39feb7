import type { EntityType } from '../../../schemas/types.ts';

/** A name as a range of tokens. */
export interface Span {
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
  readonly type: EntityType;
}

const types: Readonly<Record<string, EntityType>> = { PER: 'person', ORG: 'organization', LOC: 'place', MISC: 'other' };

/** The spans of tags such as B-PER, I-PER, O; an I- after another type begins a span, as in the older IOB. */
export function spansOf(tags: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  let open: { from: number; type: EntityType } | undefined;
  for (const [at, tag] of [...tags, 'O'].entries()) {
    const type = types[tag.slice(2)];
    if (open !== undefined && !(tag.startsWith('I-') && type === open.type)) {
      spans.push({ ...open, to: at });
      open = undefined;
    }
    if (type !== undefined && open === undefined) open = { from: at, type };
  }
  return spans;
}

/** Ranges of characters of the joined text as ranges of tokens: a token that is touched is in. */
export function tokenSpan(
  { start, end, type }: { readonly start: number; readonly end: number; readonly type: EntityType },
  tokens: readonly string[],
): Span {
  let position = 0;
  let from = tokens.length;
  let to = 0;
  for (const [at, token] of tokens.entries()) {
    if (position < end && position + token.length > start) {
      from = Math.min(from, at);
      to = at + 1;
    }
    position += token.length + 1;
  }
  return { from, to, type };
}
