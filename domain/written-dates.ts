import { monthOf } from './months.ts';

/** How far a date may stand from the beginning of a text. */
const maxCharacters = 2_000;

interface Form {
  readonly pattern: RegExp;
  /** From the pattern's groups: year, month from 1, day. Null for what is no date. */
  readonly read: (groups: readonly string[], language: string | null) => readonly [number, number, number] | null;
}

const word = '[\\p{L}\\p{M}]{2,14}';
const noDigitBefore = '(?<![\\d./-])';
const noDigitAfter = '(?![\\d])';

const forms: readonly Form[] = [
  {
    // 2024-05-03, 2024/5/3, 2024年5月3日, 2024년 5월 3일
    pattern: new RegExp(
      `${noDigitBefore}(\\d{4})\\s?[-/.年년]\\s?(\\d{1,2})\\s?[-/.月월]\\s?(\\d{1,2})${noDigitAfter}`,
      'u',
    ),
    read: ([year, month, day]) => [Number(year), Number(month), Number(day)],
  },
  {
    // 03.05.2024, 3/5/24
    pattern: new RegExp(
      `${noDigitBefore}(\\d{1,2})\\s?([./-])\\s?(\\d{1,2})\\s?\\2\\s?(\\d{4}|\\d{2})(?!\\d|[./-]\\d)`,
      'u',
    ),
    read: ([first = '', separator = '', second = '', year = ''], language) => {
      const monthFirst = Number(second) > 12 || (Number(first) <= 12 && separator !== '.' && isAmerican(language));
      const [day, month] = monthFirst ? [second, first] : [first, second];
      return [fullYear(year), Number(month), Number(day)];
    },
  },
  {
    // 3 May 2024, 3. Mai 2024, 3 de mayo de 2024, 1er mai 2024, 3 мая 2024
    pattern: new RegExp(
      `${noDigitBefore}(\\d{1,2})(?:st|nd|rd|th|er|\\.|º|ª)?[\\s-]*(?:de |of |di |d')?\\s*(${word})\\.?,?[\\s-]*(?:de |del |of )?\\s*(\\d{4})${noDigitAfter}`,
      'iu',
    ),
    read: ([day, name = '', year], language) => named(year, name, day, language),
  },
  {
    // May 3, 2024, May 3rd 2024
    pattern: new RegExp(`(${word})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})${noDigitAfter}`, 'iu'),
    read: ([name = '', day, year], language) => named(year, name, day, language),
  },
  {
    // 2024. május 3., 2024 m. gegužės 3 d.
    pattern: new RegExp(
      `${noDigitBefore}(\\d{4})\\.?\\s*(?:m\\.|g\\.|г\\.)?\\s+(${word})\\.?\\s+(\\d{1,2})${noDigitAfter}`,
      'iu',
    ),
    read: ([year, name = '', day], language) => named(year, name, day, language),
  },
  {
    // ngày 3 tháng 5 năm 2024
    pattern: /(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})/iu,
    read: ([day, month, year]) => [Number(year), Number(month), Number(day)],
  },
];

/**
 * The first date that a text for readers names, whatever its language.
 *
 * @param language of the text, BCP 47: it decides what 3/5/2024 means, and which months are looked for first
 * @returns the beginning of that day in UTC, in milliseconds; null where there is none
 */
export function writtenDate(text: string, language: string | null): number | null {
  const beginning = text.slice(0, maxCharacters);
  if (!/\d/.test(beginning)) return null;
  let found: { readonly at: number; readonly ms: number } | null = null;
  for (const { pattern, read } of forms) {
    const match = pattern.exec(beginning);
    if (match === null || (found !== null && match.index >= found.at)) continue;
    const date = read(match.slice(1), language);
    const ms = date === null ? null : dayOf(date);
    if (ms !== null) found = { at: match.index, ms };
  }
  return found?.ms ?? null;
}

/**
 * The day that an address carries, as in /2024/05/03/ or -20240503.
 *
 * @returns the beginning of that day in UTC, in milliseconds, and whether a part of the path of its own says so
 */
export function dateInAddress(url: string): { readonly ms: number; readonly isSure: boolean } | null {
  const path = URL.parse(url)?.pathname ?? '';
  const sure = /\/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/.-]|$)/i.exec(path);
  const loose =
    /(?<!\d)((?:19|20)\d\d)[-_.](\d{2})[-_.](\d{2})(?!\d)/.exec(path) ??
    /(?<!\d)((?:19|20)\d\d)(\d{2})(\d{2})(?!\d)/.exec(path) ??
    /(?<!\d)((?:19|20)\d\d)\/(\d{2})(\d{2})(?!\d)/.exec(path);
  for (const [match, isSure] of [
    [sure, true],
    [loose, false],
  ] as const) {
    const [, year, month = '', day] = match ?? [];
    const number = /^\d/.test(month) ? Number(month) : (monthOf(month, 'en') ?? -1) + 1;
    const ms = match === null ? null : dayOf([Number(year), number, Number(day)]);
    if (ms !== null) return { ms, isSure };
  }
  return null;
}

function named(
  year: string | undefined,
  name: string,
  day: string | undefined,
  language: string | null,
): readonly [number, number, number] | null {
  const month = monthOf(name, language);
  return month === null ? null : [Number(year), month + 1, Number(day)];
}

function isAmerican(language: string | null): boolean {
  return language !== null && /^en(?:[-_](?:us|ph|ca))?$/i.test(language);
}

function fullYear(year: string): number {
  return year.length === 4 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900);
}

/** @returns null for what no calendar has */
function dayOf([year, month, day]: readonly [number, number, number]): number | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.getTime()
    : null;
}
