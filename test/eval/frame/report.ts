import type { Interval } from './bootstrap.ts';

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Of 95 % confidence; null where the figure has none (a count, a time). */
  readonly interval: Interval | null;
  /** Digits behind the point; 4 where nothing is said. */
  readonly digits?: number;
}

/** A table: its rows have as many cells as there are heads. */
export interface Table {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What an evaluation found. */
export interface Outcome {
  /** Records that were judged. */
  readonly records: number;
  /** The first is the one that the command is for. */
  readonly figures: readonly Figure[];
  /** Breakdowns, and the errors that a person should look at. */
  readonly tables: readonly Table[];
  /** What the reader must know of the method, its version and settings. */
  readonly notes?: readonly string[];
}

/** Longer cells are cut: an error's text must not hide the others. */
const maxCell = 72;

/** The outcome for a person. */
export function reportOf(path: string, { records, figures, tables, notes = [] }: Outcome): string {
  return [
    `${records.toLocaleString('en')} records of ${path}`,
    '',
    ...tableLines(
      ['figure', 'value', '95 % interval'],
      figures.map(({ name, value, interval, digits = 4 }) => [
        name,
        value.toFixed(digits),
        interval === null ? '' : `${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)}`,
      ]),
    ),
    ...tables
      .filter(({ rows }) => rows.length > 0)
      .flatMap(({ title, heads, rows }) => ['', title, ...tableLines(heads, rows)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function tableLines(heads: readonly string[], rows: Table['rows']): readonly string[] {
  const cells = [heads, ...rows.map((row) => row.map((cell) => cellOf(cell)))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = heads.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        isNumeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cellOf(cell: string | number): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : cell.toFixed(4);
  const line = cell.replaceAll(/\s+/gu, ' ');
  return line.length > maxCell ? `${line.slice(0, maxCell - 1)}…` : line;
}
