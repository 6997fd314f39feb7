import { shingleScore, harmonicMean } from './scores.ts';

/** Share of pages; F1 of authors over names. Only pages whose ground truth has the field count. */
export interface FieldScores {
  /** Of equal titles, letters and digits compared. */
  readonly title: number | null;
  /** F1 of the titles' words. */
  readonly titleWords: number | null;
  /** F1 of the names, letters compared. */
  readonly authors: number | null;
  /** Of the right day, in the zone in which the date is written. */
  readonly published: number | null;
}

interface Truth {
  readonly title: string | null;
  readonly authors: readonly string[] | null;
  readonly published: string | null;
}

interface Found {
  readonly title: string;
  readonly authors: readonly string[];
  readonly publishedAt: number | null;
}

export function fieldScores(pages: readonly (readonly [Truth, Found])[]): FieldScores {
  const titles = pages.flatMap(([truth, found]) => (truth.title === null ? [] : [[truth.title, found.title] as const]));
  const authors = pages.flatMap(([truth, found]) =>
    truth.authors === null ? [] : [authorScore(truth.authors, found.authors)],
  );
  const dates = pages.flatMap(([truth, found]) =>
    truth.published === null ? [] : [isSameDay(truth.published, found.publishedAt)],
  );
  return {
    title: share(titles.map(([truth, found]) => Number(folded(truth) === folded(found)))),
    titleWords: share(titles.map(([truth, found]) => harmonicMean(shingleScore(truth, found, 1)))),
    authors: share(authors),
    published: share(dates.map(Number)),
  };
}

function authorScore(expected: readonly string[], found: readonly string[]): number {
  const [wanted, got] = [new Set(expected.map(folded)), new Set(found.map(folded))];
  if (wanted.size + got.size === 0) return 1;
  const common = [...got].filter((name) => wanted.has(name)).length;
  return (2 * common) / (wanted.size + got.size);
}

/** @param written ISO 8601, with or without a zone */
export function isSameDay(written: string, foundMs: number | null): boolean {
  if (foundMs === null) return false;
  const zone = /([+-])(\d{2}):?(\d{2})$/.exec(written.slice(10));
  const minutes = zone === null ? 0 : (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === '-' ? -1 : 1);
  const [day, inZone] = [written.slice(0, 10), new Date(foundMs + minutes * 60_000).toISOString().slice(0, 10)];
  // A date that was found without a time stands for its day, wherever.
  return day === inZone || (foundMs % 86_400_000 === 0 && day === new Date(foundMs).toISOString().slice(0, 10));
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function share(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
