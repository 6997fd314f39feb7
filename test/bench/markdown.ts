import type { Spread } from './statistics.ts';

/** The median, with the lowest and the highest behind it where there were more rounds than one. */
export function spread(figure: Spread | undefined, digits: number): string {
  if (figure === undefined) return '';
  const [median, min, max] = [figure.median, figure.min, figure.max].map((value) => value.toFixed(digits));
  return figure.rounds === 1 ? `${median}` : `${median} [${min}–${max}]`;
}

/** Padded as prettier would have it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Whether an aim was met, in bold where it was not. */
export const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');
