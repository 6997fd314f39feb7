import type { Span } from './ast.ts';

/** A query that cannot be read. The message says what is wrong, the hint what to write instead; both are for people. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
  /** Of what is wrong, in the query's text. Empty at the end of the text where something is missing. */
  readonly span: Span;
  readonly hint: string;

  constructor(message: string, span: Span, hint: string) {
    super(message);
    this.span = span;
    this.hint = hint;
  }
}

const mostColumns = 72;
const segments = new Intl.Segmenter('und', { granularity: 'grapheme' });
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const unprintable = /^[\p{C}\p{Z}]+$/u;

/**
 * The query, or the part of it around the span, and under it carets. Two lines without a line break at the end. What
 * would move a terminal's cursor is shown as a space.
 */
export function pointAt(text: string, { start, end }: Span): string {
  const columns = [...segments.segment(text)].map(({ segment, index }) => {
    const shown = unprintable.test(segment) ? ' ' : segment.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '');
    const isMarked = index < end && index + segment.length > start;
    return { shown, width: wide.test(shown) ? 2 : 1, isMarked };
  });
  columns.push({ shown: '', width: 1, isMarked: start >= text.length || start === end });
  const first = Math.max(
    0,
    columns.findIndex(({ isMarked }) => isMarked),
  );
  const from = Math.max(0, Math.min(first - mostColumns / 2, columns.length - mostColumns));
  const part = columns.slice(from, from + mostColumns);
  const begins = from > 0 ? '…' : '';
  const ends = from + mostColumns < columns.length ? '…' : '';
  const line = begins + part.map(({ shown }) => shown).join('') + ends;
  const carets = part.map(({ width, isMarked }) => (isMarked ? '^' : ' ').repeat(width)).join('');
  return `${line}\n${' '.repeat(begins.length)}${carets.trimEnd()}`;
}
