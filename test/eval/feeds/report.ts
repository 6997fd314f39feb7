import type { FieldOutcome } from './expectation.ts';
import type { Counts } from './read-file.ts';

export interface FileResult {
  readonly path: string;
  readonly ok: boolean;
  readonly format: string | null;
  /** Why it could not be read, for people; null where it could. */
  readonly reason: string | null;
  readonly counts: Counts;
  /** Entries that become articles. */
  readonly kept: number;
  /** Of reading, in milliseconds. */
  readonly tookMs: number;
  /** Of reading and making entries of articles, in milliseconds. */
  readonly withEntriesMs: number;
  readonly warnings: readonly string[];
  readonly fields: readonly FieldOutcome[];
  /** What @rowanmanning/feed-parser says; null where it was not asked. */
  readonly other: { readonly ok: boolean; readonly counts: Counts; readonly tookMs: number } | null;
}

export interface Summary extends Counts {
  readonly files: number;
  readonly parsed: number;
  readonly kept: number;
  readonly ms: Times;
  readonly withEntriesMs: Times;
  /** How many files failed for each reason. */
  readonly failures: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** Right and all compared fields, by their name; null where no file has an expectation. */
  readonly fields: {
    readonly right: number;
    readonly all: number;
    readonly byName: Readonly<Record<string, readonly [number, number]>>;
  } | null;
  /** The other parser; the times of both for the files that both could read. */
  readonly other: (Counts & { readonly parsed: number; readonly ms: Times; readonly ownMs: Times }) | null;
}

interface Times {
  readonly median: number;
  readonly p95: number;
  readonly total: number;
}

export function summarize(results: readonly FileResult[]): Summary {
  const parsed = results.filter(({ ok }) => ok);
  const others = results.flatMap(({ other }) => other ?? []);
  const both = parsed.filter(({ other }) => other?.ok === true);
  const outcomes = results.flatMap(({ fields }) => fields);
  return {
    files: results.length,
    parsed: parsed.length,
    kept: parsed.reduce((sum, { kept }) => sum + kept, 0),
    ...total(parsed.map(({ counts }) => counts)),
    ms: timesOf(parsed.map(({ tookMs }) => tookMs)),
    withEntriesMs: timesOf(parsed.map(({ withEntriesMs }) => withEntriesMs)),
    failures: grouped(results.flatMap(({ reason }) => (reason === null ? [] : [kindOf(reason)]))),
    warnings: grouped(results.flatMap(({ warnings }) => warnings.map(kindOf))),
    fields: outcomes.length === 0 ? null : fieldsOf(outcomes),
    other:
      others.length === 0
        ? null
        : {
            parsed: others.filter(({ ok }) => ok).length,
            ...total(others.map(({ counts }) => counts)),
            ms: timesOf(both.map(({ other }) => other?.tookMs ?? 0)),
            ownMs: timesOf(both.map(({ tookMs }) => tookMs)),
          },
  };
}

/** Reasons of one kind are counted together: without hosts and numbers. */
function kindOf(reason: string): string {
  return reason
    .replaceAll(/https?:\/\/\S+|feed\.invalid/g, 'it')
    .replaceAll(/\d+/g, 'N')
    .replaceAll(/<[^<>]*>/g, '<…>');
}

function total(counts: readonly Counts[]): Counts {
  const sum = (name: keyof Counts): number => counts.reduce((all, count) => all + count[name], 0);
  return { items: sum('items'), titles: sum('titles'), links: sum('links'), dates: sum('dates') };
}

function timesOf(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p95: at(0.95), total: sorted.reduce((sum, ms) => sum + ms, 0) };
}

function grouped(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1]));
}

function fieldsOf(outcomes: readonly FieldOutcome[]): NonNullable<Summary['fields']> {
  const byName = new Map<string, [number, number]>();
  for (const { field, isRight } of outcomes) {
    const counts = byName.get(field) ?? [0, 0];
    byName.set(field, [counts[0] + (isRight ? 1 : 0), counts[1] + 1]);
  }
  const ordered = [...byName].toSorted((a, b) => b[1][1] - a[1][1]);
  return {
    right: outcomes.filter(({ isRight }) => isRight).length,
    all: outcomes.length,
    byName: Object.fromEntries(ordered),
  };
}

const maxListed = 200;

export function render(summary: Summary, results: readonly FileResult[]): string {
  const { files, parsed, items, kept, titles, links, dates, ms } = summary;
  const lines = [
    `files    ${files}`,
    `parsed   ${parsed}${summary.other === null ? '' : `   @rowanmanning/feed-parser ${summary.other.parsed}`}`,
    ...countLines({ items, titles, links, dates }, summary.other),
    `kept     ${kept}   entries that become articles`,
    `time     ${timeWords(ms)}; with entries made: ${timeWords(summary.withEntriesMs)}`,
    ...(summary.other === null
      ? []
      : [
          `         of files that both read: ${timeWords(summary.other.ownMs)}; @rowanmanning/feed-parser ${timeWords(summary.other.ms)}`,
        ]),
    ...list('failures', Object.entries(summary.failures)),
    ...list('warnings', Object.entries(summary.warnings)),
  ];
  if (summary.fields !== null) {
    const { right, all, byName } = summary.fields;
    lines.push(`fields   ${right} of ${all} right (${((100 * right) / all).toFixed(1)} %)`);
    for (const [name, [ofName, allOfName]] of Object.entries(byName))
      lines.push(`  ${ofName} of ${allOfName}  ${name}`);
    const wrong = results.flatMap(({ path, fields }) =>
      fields.filter(({ isRight }) => !isRight).map((outcome) => ({ path, ...outcome })),
    );
    lines.push(
      ...wrong
        .slice(0, maxListed)
        .map(({ path, field, expected, got }) => `  ✗ ${path} ${field}: ${short(got)} instead of ${short(expected)}`),
    );
    if (wrong.length > maxListed) lines.push(`  … and ${wrong.length - maxListed} more`);
  }
  for (const { path, reason } of results.filter(({ ok }) => !ok).slice(0, maxListed))
    lines.push(`  ✗ ${path}: ${reason}`);
  return `${lines.join('\n')}\n`;
}

function countLines(own: Counts, other: Counts | null): string[] {
  return (['items', 'titles', 'links', 'dates'] as const).map(
    (name) => `${name.padEnd(8)} ${own[name]}${other === null ? '' : `   @rowanmanning/feed-parser ${other[name]}`}`,
  );
}

function timeWords({ median, p95, total: all }: Times): string {
  return `median ${median.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, all ${all.toFixed(0)} ms`;
}

function list(title: string, entries: readonly (readonly [string, number])[]): string[] {
  return entries.length === 0 ? [] : [title, ...entries.slice(0, 50).map(([words, count]) => `  ${count}  ${words}`)];
}

function short(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
