import type { Interval } from '../frame/bootstrap.ts';
import type { Extracted, Extractor } from './extractors.ts';
import { type FieldScores, fieldScores } from './field-scores.ts';
import type { EvalPage } from './pages.ts';
import { f1Interval, harmonicMean, meanOf, type Score, type Scores, shingleScore } from './scores.ts';

export interface PageResult {
  readonly id: string;
  readonly words: Score;
  readonly shingles: Score;
  /** F1 of the shingles. */
  readonly f1: number;
  readonly confidence: number | null;
  /** Milliseconds. */
  readonly ms: number;
  /** Why the page counts as 0. */
  readonly fault: string | null;
}

export interface Evaluation {
  readonly name: string;
  readonly pages: readonly PageResult[];
  readonly words: Scores & { readonly interval: Interval };
  readonly shingles: Scores & { readonly interval: Interval };
  readonly fields: FieldScores;
  /** Rank correlation of confidence and F1, -1 to 1; null where the extractor gives none. */
  readonly confidence: number | null;
  /** Milliseconds a page; pages that could not be read are left out. */
  readonly ms: { readonly median: number; readonly p95: number; readonly mean: number };
}

const nothing: Extracted = { text: '', title: '', authors: [], publishedAt: null, confidence: null };
const zero: Score = { precision: 0, recall: 0 };

/**
 * Runs extractors over pages, each page by all of them before the next page, so that what the machine does meanwhile
 * meets all alike. A page that is missing, or that an extractor throws on, counts as 0.
 *
 * @param told after each page
 */
export function evaluate(
  pages: readonly EvalPage[],
  extractors: Readonly<Record<string, Extractor>>,
  told: (done: number) => void,
): Evaluation[] {
  const names = Object.keys(extractors);
  const results = new Map(names.map((name) => [name, { pages: [] as PageResult[], found: [] as Extracted[] }]));
  for (const [index, page] of pages.entries()) {
    // Who comes first meets cold caches: they take turns.
    for (const name of index % 2 === 0 ? names : names.toReversed()) {
      const run = extractors[name];
      const collected = results.get(name);
      if (run === undefined || collected === undefined) continue;
      const { found, result } = resultOf(page, run);
      collected.pages.push(result);
      collected.found.push(found);
    }
    told(index + 1);
  }
  return [...results].map(([name, { pages: all, found }]) => ({
    name,
    pages: all,
    words: { ...meanOf(all.map(({ words }) => words)), interval: f1Interval(all.map(({ words }) => words)) },
    shingles: {
      ...meanOf(all.map(({ shingles }) => shingles)),
      interval: f1Interval(all.map(({ shingles }) => shingles)),
    },
    fields: fieldScores(pages.map((page, index) => [page, found[index] ?? nothing] as const)),
    confidence: rankCorrelation(all),
    ms: times(all),
  }));
}

function resultOf(page: EvalPage, run: Extractor): { readonly found: Extracted; readonly result: PageResult } {
  const failed = (fault: string, ms: number) => ({
    found: nothing,
    result: { id: page.id, words: zero, shingles: zero, f1: 0, confidence: null, ms, fault },
  });
  if ('fault' in page) return failed(page.fault, 0);
  const start = performance.now();
  try {
    const found = run(page.html, page.url);
    const ms = performance.now() - start;
    const shingles = shingleScore(page.text, found.text, 4);
    const { id, text } = page;
    const { confidence } = found;
    const words = shingleScore(text, found.text, 1);
    return { found, result: { id, words, shingles, f1: harmonicMean(shingles), confidence, ms, fault: null } };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), performance.now() - start);
  }
}

function times(pages: readonly PageResult[]): Evaluation['ms'] {
  const sorted = pages
    .filter(({ ms }) => ms > 0)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p95: at(0.95), mean: sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length) };
}

/** Spearman's, with mean ranks for equals. */
function rankCorrelation(pages: readonly PageResult[]): number | null {
  const told = pages.filter(({ confidence }) => confidence !== null);
  if (told.length < 3) return null;
  const [a, b] = [ranks(told.map(({ confidence }) => confidence ?? 0)), ranks(told.map(({ f1 }) => f1))];
  const middle = (told.length - 1) / 2;
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, index) => sum + (value - middle) * ((y[index] ?? 0) - middle), 0);
  const spread = Math.sqrt(product(a, a) * product(b, b));
  return spread === 0 ? null : product(a, b) / spread;
}

function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}
