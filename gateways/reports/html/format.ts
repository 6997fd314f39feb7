import type { Report } from '../report.ts';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (value: number): string => number.format(value);

/** `1 article`, `12 articles`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** A score with its sign: +0.12. */
export const score = (value: number): string =>
  `${value >= 0.005 ? '+' : ''}${value.toFixed(2).replace('-0.00', '0.00')}`.replace('-', '−');

export interface Change {
  /** For the eye: ▲, ▼ or =. */
  readonly sign: string;
  readonly words: string;
}

/** How far a count has changed, in words that need no colour. */
export function change(now: number, then: number): Change {
  if (then === 0) return now === 0 ? { sign: '=', words: 'none either' } : { sign: '▲', words: 'none before' };
  const share = (now - then) / then;
  if (Math.abs(share) < 0.005) return { sign: '=', words: 'as many' };
  if (share >= 2) return { sign: '▲', words: `${(1 + share).toFixed(share < 9 ? 1 : 0)} times` };
  return share > 0
    ? { sign: '▲', words: `+${Math.round(share * 100)} %` }
    : { sign: '▼', words: `−${Math.round(-share * 100)} %` };
}

/** Times as people of the time zone read them. */
export class Times {
  readonly #timeZone: string;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** `Monday, 16 November 2026`. */
  day(iso: string | number): string {
    return this.#format(iso, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  }

  /** `Mon 16`. */
  shortDay(iso: string | number): string {
    return `${this.#format(iso, { weekday: 'short' })} ${this.#format(iso, { day: 'numeric' })}`;
  }

  /** `16 November`, with the year where it is told. */
  date(iso: string | number, withYear = false): string {
    return this.#format(iso, { day: 'numeric', month: 'long', ...(withYear ? { year: 'numeric' } : {}) });
  }

  /** `16 Nov, 09:30`. */
  moment(iso: string | number): string {
    const day = this.#format(iso, { day: 'numeric', month: 'short' });
    return `${day}, ${this.clock(iso)}`;
  }

  /** `09:30`. */
  clock(iso: string | number): string {
    return this.#format(iso, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  #format(time: string | number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: this.#timeZone }).format(new Date(time));
  }
}

/** `Sunday, 22 November 2026`, or `16 to 22 November 2026`. */
export function periodWords({ kind, period }: Pick<Report, 'kind' | 'period'>): string {
  const times = new Times(period.time_zone);
  const last = Date.parse(period.to) - 1;
  if (kind === 'daily') return times.day(period.from);
  return `${times.date(period.from)} to ${times.date(last, true)}`;
}

/** The period before, as `the day before` or `the week before`. */
export const previousWords = (kind: Report['kind']): string =>
  kind === 'daily' ? 'the day before' : 'the week before';
