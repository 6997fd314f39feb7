import { priorities, priorityRank } from '../priority.ts';
import type { Bound, Range, RangeField, Span } from './ast.ts';
import { closedValues, rangeLimits } from './fields.ts';
import { QuerySyntaxError } from './syntax-error.ts';

/** What a number or time stands for: a day begins and ends, a number or an instant does both at once. */
interface Period {
  readonly begins: Bound;
  readonly ends: Bound;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const relativeTime = /^(?<sign>[+-])(?<count>\d{1,6})(?<unit>[mhdw])$/;
const date = /^(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d))?)?$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/i;
const number = /^-?\d{1,10}(?:\.\d{1,6})?$/;
const comparison = /^(?<operator>[<>]=?)(?<value>.*)$/s;

/**
 * Reads `>=5`, `<5`, `5`, `1..5`, `1..`, `..5`; behind `..` a `<` leaves the end out, before it a `>` the beginning.
 * Times are dates (of a year, a month or a day, in UTC), instants of ISO 8601, `now`, and `-7d` for seven days ago, with
 * m, h, d and w. A date means all of it: `<=2026-01-31` is to the end of that day.
 *
 * @param span of the text
 * @throws QuerySyntaxError
 */
export function parseRange(field: RangeField, text: string, span: Span, whole: Span): Range {
  const reader = new RangeReader(field, text, span);
  const { from, to } = reader.read();
  if (from !== null && to !== null && from.relative === to.relative && isEmpty(from, to)) {
    throw new QuerySyntaxError('this ends before it begins', span, 'write the smaller one first');
  }
  return { kind: 'range', field, from, to, span: whole };
}

const isEmpty = (from: Bound, to: Bound): boolean =>
  from.value > to.value || (from.value === to.value && !(from.inclusive && to.inclusive));

class RangeReader {
  readonly #field: RangeField;
  readonly #text: string;
  readonly #span: Span;

  constructor(field: RangeField, text: string, span: Span) {
    this.#field = field;
    this.#text = text;
    this.#span = span;
  }

  read(): Pick<Range, 'from' | 'to'> {
    const [lower, upper, ...more] = this.#text.split('..');
    if (lower === undefined || more.length > 0) throw this.#wrong();
    if (upper !== undefined) return this.#between(lower, upper);
    const { operator, value } = comparison.exec(lower)?.groups ?? {};
    if (operator === undefined || value === undefined) return this.#exactly(lower);
    const period = this.#period(value);
    if (operator === '>=') return { from: period.begins, to: null };
    if (operator === '>') return { from: opposite(period.ends), to: null };
    if (operator === '<') return { from: null, to: opposite(period.begins) };
    return { from: null, to: period.ends };
  }

  #between(lower: string, upper: string): Pick<Range, 'from' | 'to'> {
    if (lower === '' && upper === '') throw this.#wrong();
    const from = lower.startsWith('>')
      ? opposite(this.#period(lower.slice(1)).ends)
      : this.#period(lower, true)?.begins;
    const to = upper.startsWith('<') ? opposite(this.#period(upper.slice(1)).begins) : this.#period(upper, true)?.ends;
    return { from: from ?? null, to: to ?? null };
  }

  #exactly(text: string): Pick<Range, 'from' | 'to'> {
    const { begins, ends } = this.#period(text);
    if (begins.relative) {
      throw new QuerySyntaxError('hardly anything is of just this moment', this.#span, `write >${text} for since then`);
    }
    return { from: begins, to: ends };
  }

  #period(text: string): Period;
  #period(text: string, mayBeMissing: true): Period | null;
  #period(text: string, mayBeMissing = false): Period | null {
    if (text === '' && mayBeMissing) return null;
    const limits = rangeLimits[this.#field];
    const period = limits === null ? timeOf(text) : numberOf(this.#field === 'priority' ? rankOf(text) : text, limits);
    if (period === null) throw this.#wrong();
    return period;
  }

  #wrong(): QuerySyntaxError {
    const limits = rangeLimits[this.#field];
    return limits === null
      ? new QuerySyntaxError(
          `${this.#field} needs a time or a range of times`,
          this.#span,
          `write >-7d, 2026-01-31, 2026-01-01..2026-01-31 or <2026-01-31T12:00:00Z`,
        )
      : new QuerySyntaxError(
          `${this.#field} needs a number from ${limits.least} to ${limits.most} or a range of them`,
          this.#span,
          limits.most > 2 ? 'write >=300 or 100..300' : `write >=0.5 or 0..0.5${labels(this.#field)}`,
        );
  }
}

/** Begins where the other ends, or the other way round. */
const opposite = (bound: Bound): Bound => ({ ...bound, inclusive: !bound.inclusive });

/** "high" is a number too: a priority's rank. */
function rankOf(text: string): string {
  const priority = priorities.find((name) => name === text.toLowerCase());
  return priority === undefined ? text : String(priorityRank(priority));
}

function labels(field: RangeField): string {
  const closed = field === 'sentiment' || field === 'priority' ? closedValues[field] : undefined;
  return closed === undefined ? '' : `, or one of ${closed.join(', ')}`;
}

function numberOf(text: string, { least, most }: { readonly least: number; readonly most: number }): Period | null {
  // Zero has one sign, or one query would have two trees.
  const value = number.test(text) ? Number(text) + 0 : Number.NaN;
  return value >= least && value <= most ? point(value === 0 ? 0 : value, false) : null;
}

const point = (value: number, relative: boolean): Period => {
  const bound = { value, relative, inclusive: true };
  return { begins: bound, ends: bound };
};

function timeOf(text: string): Period | null {
  if (text.toLowerCase() === 'now') return point(0, true);
  const { sign, count, unit } = relativeTime.exec(text)?.groups ?? {};
  if (count !== undefined) {
    const ms = Number(count) * (units[unit ?? ''] ?? Number.NaN);
    return point(ms === 0 ? 0 : sign === '-' ? -ms : ms, true);
  }
  if (instant.test(text)) {
    const ms = Date.parse(text.toUpperCase());
    return Number.isNaN(ms) || !isCalendarDay(text.slice(0, 10)) || !isWithin(ms) ? null : point(ms, false);
  }
  return dateOf(text);
}

function dateOf(text: string): Period | null {
  const { year, month, day } = date.exec(text)?.groups ?? {};
  if (year === undefined) return null;
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`;
  if (!isCalendarDay(first)) return null;
  const begins = new Date(`${first}T00:00:00Z`);
  const ends = new Date(begins);
  if (day !== undefined) ends.setUTCDate(ends.getUTCDate() + 1);
  else if (month !== undefined) ends.setUTCMonth(ends.getUTCMonth() + 1);
  else ends.setUTCFullYear(ends.getUTCFullYear() + 1);
  if (!isWithin(begins.getTime()) || !isWithin(ends.getTime())) return null;
  return {
    begins: { value: begins.getTime(), relative: false, inclusive: true },
    ends: { value: ends.getTime(), relative: false, inclusive: false },
  };
}

/** Date.parse makes 2 March of 30 February. */
function isCalendarDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** What Postgres knows too, with room for time zones. */
const isWithin = (ms: number): boolean => ms >= Date.UTC(1000, 0) && ms <= Date.UTC(9000, 0);
