import type { Span } from './ast.ts';
import { type Field, fields, nearestField } from './fields.ts';
import { QuerySyntaxError } from './syntax-error.ts';

/**
 * - operator: AND, OR, NOT in capitals; minus: a `-` before something.
 * - field: a name with its colon; `text` is the field.
 * - quoted: `text` is what stands between the quotes. bare: a run of other characters.
 */
export type Token =
  | { readonly kind: 'open' | 'close' | 'minus' | 'end'; readonly span: Span }
  | { readonly kind: 'operator'; readonly text: 'AND' | 'OR' | 'NOT'; readonly span: Span }
  | { readonly kind: 'field'; readonly text: Field; readonly span: Span }
  | { readonly kind: 'quoted' | 'bare'; readonly text: string; readonly span: Span };

/** Typographic ones too: texts that are pasted have them. */
const quotes = '"“”„';
const bare = /[^\s()"“”„]+/uy;
const fieldName = /(?<name>[A-Za-z][A-Za-z_]*):/y;
const operators: readonly string[] = ['AND', 'OR', 'NOT'];
const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/u.test(character);

/**
 * Reads one token after the other. Where a field's value is due, `value` takes whatever stands there as it is: in
 * `tag:AND` or `published:>-7d` nothing is an operator.
 */
export class Tokens {
  readonly text: string;
  #at = 0;

  /** @throws QuerySyntaxError for a text that holds what is no character */
  constructor(text: string) {
    this.text = text;
    const odd = /[^\P{Cc}\t\n\r]|\p{Cs}/u.exec(text);
    if (odd !== null) {
      const span = { start: odd.index, end: odd.index + 1 };
      throw new QuerySyntaxError('this is a control character', span, 'remove it');
    }
  }

  next(): Token {
    this.#skipSpaces();
    const start = this.#at;
    const character = this.text[start];
    const one = { start, end: start + 1 };
    if (character === undefined) return { kind: 'end', span: { start, end: start } };
    if (character === '(' || character === ')')
      return this.#take({ kind: character === '(' ? 'open' : 'close', span: one });
    if (quotes.includes(character)) return this.#quoted();
    if (character === '-' && this.#isFollowed(start + 1)) return this.#take({ kind: 'minus', span: one });
    const field = this.#field();
    if (field !== null) return field;
    const token = this.#bare();
    return operators.includes(token.text)
      ? { kind: 'operator', text: token.text as 'AND' | 'OR' | 'NOT', span: token.span }
      : token;
  }

  /** What stands right after a field's colon: a group begins, or a value. */
  value(field: Span): Token {
    const start = this.#at;
    const character = this.text[start];
    if (character === '(') return this.#take({ kind: 'open', span: { start, end: start + 1 } });
    if (character !== undefined && quotes.includes(character)) return this.#quoted();
    if (!this.#isFollowed(start)) {
      const name = this.text.slice(field.start, field.end);
      throw new QuerySyntaxError(`${name} has no value`, field, `write it without a space, as in ${name}example`);
    }
    return this.#bare();
  }

  /** Characters that follow without a space, up to a space, quote or parenthesis; empty where there are none. */
  rest(): { readonly text: string; readonly span: Span } {
    if (!this.#isFollowed(this.#at)) return { text: '', span: { start: this.#at, end: this.#at } };
    const character = this.text[this.#at] ?? '';
    if (character === '(' || quotes.includes(character)) return { text: '', span: { start: this.#at, end: this.#at } };
    return this.#bare();
  }

  #take<T extends Token>(token: T): T {
    this.#at = token.span.end;
    return token;
  }

  #skipSpaces(): void {
    while (isSpace(this.text[this.#at])) this.#at += 1;
  }

  /** Whether something that is no space and ends no group stands there. */
  #isFollowed(at: number): boolean {
    const character = this.text[at];
    return character !== undefined && character !== ')' && !isSpace(character);
  }

  #bare(): Extract<Token, { text: string; kind: 'quoted' | 'bare' }> {
    bare.lastIndex = this.#at;
    const [text = ''] = bare.exec(this.text) ?? [];
    return this.#take({ kind: 'bare', text, span: { start: this.#at, end: this.#at + text.length } });
  }

  #field(): Token | null {
    fieldName.lastIndex = this.#at;
    const written = fieldName.exec(this.text)?.groups?.['name'];
    if (written === undefined) return null;
    const span = { start: this.#at, end: this.#at + written.length + 1 };
    const name = written.toLowerCase();
    const field = fields.find((one) => one === name);
    if (field !== undefined) return this.#take({ kind: 'field', text: field, span });
    // "Ukraine: talks go on" is a headline.
    if (!this.#isFollowed(span.end)) return null;
    const meant = nearestField(name);
    const hint = meant === null ? `fields are ${fields.join(', ')}` : `did you mean ${meant}:?`;
    throw new QuerySyntaxError(
      `there is no field "${written}"`,
      { start: span.start, end: span.end - 1 },
      `${hint}; put quotes around it to look for it as it is`,
    );
  }

  /** @throws QuerySyntaxError where the quotes are not closed */
  #quoted(): Token {
    const start = this.#at;
    let text = '';
    for (let at = start + 1; at < this.text.length; at += 1) {
      const character = this.text[at] ?? '';
      const next = this.text[at + 1];
      if (character === '\\' && next !== undefined && (next === '\\' || quotes.includes(next))) {
        text += next;
        at += 1;
      } else if (quotes.includes(character)) {
        return this.#take({ kind: 'quoted', text, span: { start, end: at + 1 } });
      } else {
        text += character;
      }
    }
    const span = { start, end: start + 1 };
    throw new QuerySyntaxError('these quotes are not closed', span, 'write " where the phrase ends');
  }
}
