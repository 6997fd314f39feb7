import type { Evaluation } from './evaluate.ts';

const worst = 15;

/** The evaluation for a person. */
export function reportOf(directory: string, evaluations: readonly Evaluation[]): string {
  const [own, other] = evaluations;
  if (own === undefined) return '';
  const faults = own.pages.filter(({ fault }) => fault !== null);
  return [
    `${own.pages.length} pages of ${directory}`,
    '',
    row(['', 'F1', '95 % of F1', 'precision', 'recall']),
    ...evaluations.flatMap(({ name, words, shingles }) =>
      (
        [
          ['4-gram shingles', shingles],
          ['words', words],
        ] as const
      ).map(([what, { f1, interval, precision, recall }]) =>
        row([
          `${name}: ${what}`,
          share(f1),
          `${share(interval.low)} to ${share(interval.high)}`,
          share(precision),
          share(recall),
        ]),
      ),
    ),
    '',
    row(['ms a page', 'median', 'p95', 'mean']),
    ...evaluations.map(({ name, ms }) => row([name, ms.median.toFixed(1), ms.p95.toFixed(1), ms.mean.toFixed(1)])),
    ...(other === undefined
      ? []
      : [
          row([
            `${other.name} / ${own.name}`,
            ...[other.ms.median / own.ms.median, other.ms.p95 / own.ms.p95, other.ms.mean / own.ms.mean].map((ratio) =>
              ratio.toFixed(2),
            ),
          ]),
        ]),
    '',
    row(['fields', 'title', 'its words', 'authors', 'day']),
    ...evaluations.map(({ name, fields: { title, titleWords, authors, published } }) =>
      row([name, ...[title, titleWords, authors, published].map((value) => (value === null ? 'none' : share(value)))]),
    ),
    ...(own.confidence === null
      ? []
      : ['', `Confidence and F1 of ${own.name}: rank correlation ${own.confidence.toFixed(2)}`]),
    '',
    row([`worst pages of ${own.name}`, 'F1', 'precision', 'recall', 'confidence']),
    ...own.pages
      .toSorted((a, b) => a.f1 - b.f1)
      .slice(0, worst)
      .map(({ id, f1, shingles, confidence }) =>
        row([id, share(f1), share(shingles.precision), share(shingles.recall), confidence?.toFixed(2) ?? 'none']),
      ),
    ...(faults.length === 0 ? [] : ['', `${faults.length} pages count as 0:`]),
    ...faults.map(({ id, fault }) => `  ${id}: ${fault}`),
  ].join('\n');
}

function share(value: number): string {
  return value.toFixed(4);
}

function row([first = '', ...rest]: readonly string[]): string {
  return [first.padEnd(42), ...rest.map((cell) => cell.padEnd(18))].join('').trimEnd();
}
