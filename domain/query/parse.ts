import { type Query, queryLimits, type Span, type Value, type ValueField, type Where } from './ast.ts';
import { closedValues, type Field, isRangeField, isValueField, isWordField, valueForms } from './fields.ts';
import { parseRange } from './parse-range.ts';
import { QuerySyntaxError } from './syntax-error.ts';
import { type Token, Tokens } from './tokens.ts';

/**
 * Reads a query as a person writes it:
 *
 *     query    = all { "OR" all }
 *     all      = one { [ "AND" ] one }
 *     one      = ( "NOT" | "-" ) one | "(" query ")" | [ field ":" ] clause | field ":" "(" query ")"
 *     clause   = word | '"' words '"' | range
 *
 * The time that it takes grows with the length of the text.
 *
 * @throws QuerySyntaxError
 */
export function parseQuery(text: string): Query {
  const { characters } = queryLimits;
  if (text.length > characters) {
    const span = { start: characters, end: text.length };
    throw new QuerySyntaxError(`a query has ${characters} characters at most`, span, 'leave something out');
  }
  return new Parser(text).parse();
}

/**
 * Reads what `printQuery` wrote of a query. It is longer than what was written where ids stand for names and each clause
 * has its field, so it may have any length; all other limits hold.
 *
 * @throws QuerySyntaxError
 */
export function parseCanonical(text: string): Query {
  return new Parser(text).parse();
}

const defaultMinScore = 0.5;

class Parser {
  readonly #tokens: Tokens;
  #token: Token;
  #clauses = 0;
  #nears = 0;
  #depth = 0;
  /** The field of the group around. */
  #field: Field | null = null;

  constructor(text: string) {
    this.#tokens = new Tokens(text);
    this.#token = this.#tokens.next();
  }

  parse(): Query {
    if (this.#token.kind === 'end') {
      throw new QuerySyntaxError(
        'the query is empty',
        this.#token.span,
        'write a word, or -is:copy for all but copies',
      );
    }
    const query = this.#either();
    if (this.#token.kind === 'close') {
      throw new QuerySyntaxError('nothing is open here', this.#token.span, 'remove the ) or write a ( before');
    }
    return query;
  }

  #either(): Query {
    const clauses = [this.#all()];
    while (this.#is('OR')) {
      this.#advance();
      clauses.push(this.#all());
    }
    return joined('or', clauses);
  }

  #all(): Query {
    const clauses = [this.#one()];
    for (;;) {
      if (this.#is('AND')) this.#advance();
      else if (this.#is('OR') || this.#token.kind === 'close' || this.#token.kind === 'end') break;
      clauses.push(this.#one());
    }
    return joined('and', clauses);
  }

  #one(): Query {
    const token = this.#token;
    if (token.kind === 'minus' || this.#is('NOT')) {
      this.#advance();
      const clause = this.#within(token.span, () => this.#one());
      return { kind: 'not', clause, span: { start: token.span.start, end: clause.span.end } };
    }
    if (token.kind === 'open') return this.#group(token.span);
    if (token.kind === 'field') return this.#ofField(token.text, token.span);
    if (token.kind === 'quoted' || token.kind === 'bare') {
      this.#advance();
      return this.#clause(this.#field, token, token.span);
    }
    throw this.#missing(token);
  }

  /** @param begins of the field, or of the parenthesis */
  #group(begins: Span, field: Field | null = this.#field): Query {
    const open = this.#token.span;
    const outer = this.#field;
    this.#field = field;
    this.#advance();
    const query = this.#within(open, () => this.#either());
    if (this.#token.kind !== 'close') {
      throw new QuerySyntaxError('this parenthesis is not closed', open, 'write ) where the group ends');
    }
    const span = { start: begins.start, end: this.#token.span.end };
    this.#field = outer;
    this.#advance();
    return { ...query, span };
  }

  #ofField(field: Field, span: Span): Query {
    const token = this.#tokens.value(span);
    if (token.kind === 'open') {
      if (!isWordField(field) && !isValueField(field)) {
        throw new QuerySyntaxError(`${field} takes no group`, token.span, `write (${field}:… OR ${field}:…)`);
      }
      this.#token = token;
      return this.#group(span, field);
    }
    if (token.kind !== 'quoted' && token.kind !== 'bare') throw this.#missing(token);
    const clause = this.#clause(field, token, { start: span.start, end: token.span.end });
    this.#advance();
    return clause;
  }

  /** @param whole with the field */
  #clause(field: Field | null, token: Extract<Token, { kind: 'quoted' | 'bare' }>, whole: Span): Query {
    this.#count(whole);
    const { text, kind } = token;
    if (field === 'near') return this.#near(token, whole);
    if (field === null || isWordField(field)) {
      const where: Where = field ?? 'anywhere';
      return kind === 'bare'
        ? { kind: 'word', word: text, where, span: whole }
        : { kind: 'phrase', phrase: text, where, span: whole };
    }
    // The sentiment has a label and a score, the priority a name and a rank.
    const isLabel = isValueField(field) && closedValues[field]?.includes(text.toLowerCase()) === true;
    if (isRangeField(field) && !isLabel) return parseRange(field, text, token.span, whole);
    return valueOf(field, text, token.span, whole);
  }

  #near({ kind, text, span }: Extract<Token, { kind: 'quoted' | 'bare' }>, whole: Span): Query {
    this.#nears += 1;
    if (this.#nears > queryLimits.nears) {
      throw new QuerySyntaxError(`a query has ${queryLimits.nears} near: at most`, whole, 'leave this one out');
    }
    let words = text;
    let score = '';
    let place = span;
    if (kind === 'quoted') {
      const rest = this.#tokens.rest();
      if (rest.text !== '' && !rest.text.startsWith('@')) {
        throw new QuerySyntaxError('only @ may follow here', rest.span, 'write near:"some words"@0.6, or a space');
      }
      // A lone @ is no number.
      score = rest.text === '@' ? '@' : rest.text.slice(1);
      if (rest.text !== '') place = rest.span;
    } else {
      const at = text.lastIndexOf('@');
      if (at >= 0) [words, score] = [text.slice(0, at), text.slice(at + 1)];
    }
    if (!/[\p{L}\p{N}]/u.test(words)) {
      throw new QuerySyntaxError('near: needs words', span, 'write near:"what it should be about"@0.6');
    }
    const end = Math.max(whole.end, place.end);
    return { kind: 'near', text: words, minScore: scoreOf(score, place), span: { start: whole.start, end } };
  }

  #count(span: Span): void {
    this.#clauses += 1;
    if (this.#clauses > queryLimits.clauses) {
      throw new QuerySyntaxError(`a query has ${queryLimits.clauses} clauses at most`, span, 'leave out what follows');
    }
  }

  #within<T>(span: Span, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > queryLimits.depth) {
      throw new QuerySyntaxError(`groups go ${queryLimits.depth} deep at most`, span, 'remove parentheses');
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #is(operator: 'AND' | 'OR' | 'NOT'): boolean {
    return this.#token.kind === 'operator' && this.#token.text === operator;
  }

  #advance(): void {
    this.#token = this.#tokens.next();
  }

  #missing(token: Token): QuerySyntaxError {
    if (token.kind === 'operator') {
      const hint = `write "${token.text}" in quotes to look for the word`;
      return new QuerySyntaxError(`${token.text} joins nothing here`, token.span, hint);
    }
    if (token.kind === 'close') return new QuerySyntaxError('something is missing here', token.span, 'write a word');
    return new QuerySyntaxError('the query ends too early', token.span, 'write what should follow, or remove the end');
  }
}

function joined(kind: 'and' | 'or', clauses: readonly Query[]): Query {
  const [first] = clauses;
  if (first !== undefined && clauses.length === 1) return first;
  const flat = clauses.flatMap((clause) => (clause.kind === kind ? clause.clauses : [clause]));
  const span = { start: clauses[0]?.span.start ?? 0, end: clauses.at(-1)?.span.end ?? 0 };
  return { kind, clauses: flat, span };
}

function valueOf(field: ValueField, text: string, span: Span, whole: Span): Value {
  const closed = closedValues[field];
  const form = valueForms[field];
  const value = closed === undefined && form === undefined ? text.trim() : text.trim().toLowerCase();
  if (closed !== undefined && !closed.includes(value)) {
    throw new QuerySyntaxError(`${field} knows no "${text}"`, span, `write one of ${closed.join(', ')}`);
  }
  if (form !== undefined && !form.form.test(value)) {
    throw new QuerySyntaxError(`this is not ${form.says}`, span, `${field} needs ${form.says}`);
  }
  if (value === '') throw new QuerySyntaxError(`${field} has no value`, span, `write ${field}:something`);
  return { kind: 'value', field, value, span: whole };
}

function scoreOf(text: string, span: Span): number {
  if (text === '') return defaultMinScore;
  const score = /^(?:0?\.\d{1,6}|1(?:\.0{1,6})?|0)$/.test(text) ? Number(text) : Number.NaN;
  if (score > 0 && score <= 1) return score;
  throw new QuerySyntaxError('how near should be a number above 0, 1 at most', span, 'write @0.5 or @0.6');
}
