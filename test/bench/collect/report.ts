import { spread, table, verdict } from '../markdown.ts';
import type { Machine } from '../streams/machine.ts';
import type { FetchResult } from './fetch-and-parse.ts';
import type { ScheduleResult } from './schedule.ts';
import type { ToViewResult } from './to-view.ts';

/** What one run of the benchmark found; also what `--json` writes. Parts that were not run are null. */
export interface CollectResults {
  readonly machine: Machine;
  readonly schedule: ScheduleResult | null;
  readonly fetch: FetchResult | null;
  readonly toView: ToViewResult | null;
}

/** What Miniflux took on a machine of this kind for 1,000 feeds of 20 entries; aimed at is a third of it. */
const minifluxSeconds = 50;

/** The results as Markdown, as they stand in docs/benchmarks.md. */
export function renderReport({ machine, schedule, fetch, toView }: CollectResults): string {
  const rows = [...scheduleRows(schedule), ...fetchRows(fetch), ...toViewRows(toView)];
  return [
    [
      `Measured on ${machine.date} at commit ${machine.commit}: ${machine.cpu}, ${machine.cores} cores,`,
      `${machine.memoryGb} GB, ${machine.system}; Node ${machine.node}; the feeds, all engines and Mimir on the same machine.`,
      'Medians, in brackets the lowest and the highest.',
    ].join('\n'),
    table(['', 'found', 'aim', ''], rows),
  ].join('\n\n');
}

type Row = readonly [what: string, found: string, aim: string, verdict: string];

function scheduleRows(result: ScheduleResult | null): readonly Row[] {
  if (result === null) return [];
  const { feeds, intervalSeconds, within30s, lateness, cpuShare, peakMemoryMb, firstRoundSeconds } = result;
  const about = `${feeds} feeds every ${(intervalSeconds / 60).toFixed(0)} minutes, one process:`;
  return [
    [`${about} within 30 s of due`, `${(within30s * 100).toFixed(1)} %`, '95 %', verdict(within30s >= 0.95)],
    [
      'seconds behind the due time, p50 / p95 / max',
      [lateness.p50, lateness.p95, lateness.max].map((value) => value.toFixed(1)).join(' / '),
      '',
      '',
    ],
    ['CPU of the process', `${(cpuShare * 100).toFixed(0)} % of a core`, '100 %', verdict(cpuShare <= 1)],
    ['its largest resident set', `${peakMemoryMb.toFixed(0)} MB`, '512 MB', verdict(peakMemoryMb <= 512)],
    ['all of them at once, for the first time', `${firstRoundSeconds.toFixed(0)} s`, '', ''],
  ];
}

function fetchRows(result: FetchResult | null): readonly Row[] {
  if (result === null) return [];
  return [
    [`fetch and parse, ${result.entries} entries a feed: feeds/s`, spread(result.feedsPerSecond, 0), '', ''],
    ['the same in entries/s', spread(result.entriesPerSecond, 0), '', ''],
  ];
}

function toViewRows(result: ToViewResult | null): readonly Row[] {
  if (result === null) return [];
  const { feeds, entries, seconds } = result;
  const aim = (minifluxSeconds / 3 / 1_000) * feeds;
  return [
    [
      `${feeds} feeds of ${entries} entries to the Postgres view, without embeddings, s`,
      spread(seconds, 1),
      aim.toFixed(1),
      verdict(seconds.median <= aim),
    ],
  ];
}
