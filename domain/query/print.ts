import type { Bound, Query, Range, Value, Where } from './ast.ts';
import { rangeLimits } from './fields.ts';

/**
 * The query's canonical text: `parseCanonical` makes the same tree of it, but for the spans. It is nowhere deeper than what
 * was written, so that what could be read once can be read again.
 */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'or':
      return query.clauses.map((clause) => printQuery(clause)).join(' OR ');
    case 'and':
      return query.clauses
        .map((clause) => (clause.kind === 'or' ? `(${printQuery(clause)})` : printQuery(clause)))
        .join(' ');
    case 'not': {
      const { clause } = query;
      return clause.kind === 'and' || clause.kind === 'or' ? `-(${printQuery(clause)})` : `-${printQuery(clause)}`;
    }
    case 'word':
      return `${prefix(query.where)}${query.word}`;
    case 'phrase':
      return `${prefix(query.where)}${quoted(query.phrase)}`;
    case 'value':
      return printValue(query);
    case 'range':
      return printRange(query);
    default:
      return `near:${quoted(query.text)}@${decimal(query.minScore)}`;
  }
}

const prefix = (where: Where): string => (where === 'anywhere' ? '' : `${where}:`);

const quoted = (text: string): string => `"${text.replaceAll(/[\\"“”„]/gu, String.raw`\$&`)}"`;

function printValue({ field, value }: Value): string {
  return `${field}:${/^[^\s()"“”„]+$/u.test(value) ? value : quoted(value)}`;
}

function printRange({ field, from, to }: Range): string {
  const isTime = rangeLimits[field] === null;
  const lower = from === null ? '' : boundText(from, isTime, from.inclusive);
  const upper = to === null ? '' : boundText(to, isTime, !to.inclusive);
  if (to === null) return `${field}:${from?.inclusive === true ? '>=' : '>'}${lower}`;
  if (from === null) return `${field}:${to.inclusive ? '<=' : '<'}${upper}`;
  return `${field}:${from.inclusive ? '' : '>'}${lower}..${to.inclusive ? '' : '<'}${upper}`;
}

/** @param mayBeDay whether a date would mean its beginning here */
function boundText({ value, relative }: Bound, isTime: boolean, mayBeDay: boolean): string {
  if (!isTime) return decimal(value);
  if (relative) return relativeText(value);
  const time = new Date(value).toISOString();
  return mayBeDay && time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : time;
}

const units = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
] as const;

function relativeText(ms: number): string {
  if (ms === 0) return 'now';
  const [unit, size] = units.find(([, one]) => ms % one === 0) ?? ['m', 60_000];
  return `${ms < 0 ? '-' : '+'}${Math.abs(ms) / size}${unit}`;
}

/** Never with an exponent: no value has more than six decimals. */
const decimal = (value: number): string => (Math.abs(value) < 1e-6 ? '0' : String(value));
