import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../infra/local/progress.ts';
import { cpuSeconds, peakMemoryMb } from '../process-usage.ts';
import { quantile } from '../statistics.ts';
import { openMimir } from '../mimir.ts';
import { openWeb } from './web.ts';

export interface ScheduleOptions {
  readonly feeds: number;
  readonly intervalSeconds: number;
}

export interface ScheduleResult extends ScheduleOptions {
  /** Of the feeds, those that were asked for within 30 s of their due time. 0 to 1. */
  readonly within30s: number;
  /** Seconds behind the due time. */
  readonly lateness: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Of one core, over one interval. */
  readonly cpuShare: number;
  readonly peakMemoryMb: number;
  /** From the import to the last feed's first collection. */
  readonly firstRoundSeconds: number;
}

const feedsPerHost = 40;
const entries = 5;
/** So much text is whole: no page is fetched. */
const textCharacters = 2_800;

/** One process collects the feeds, once all at once and then as each is due, for one interval. */
export async function measureSchedule(progress: Progress, options: ScheduleOptions): Promise<ScheduleResult> {
  const { feeds, intervalSeconds } = options;
  await using web = await openWeb({ feeds, feedsPerHost, entries, textCharacters });
  await using mimir = await openMimir(progress, { COLLECT_INTERVAL_SECONDS: String(intervalSeconds) });
  const step = progress.step(`${feeds} feeds for the first time`);
  await mimir.follow(web.urls);
  const beganMs = Date.now();
  const collector = mimir.run('collect', 'feed-health', 'outbox', 'scheduler');
  const seen = new Set<number>();
  while (seen.size < feeds) {
    await sleep(1_000);
    for (const [feed] of await web.arrivals()) seen.add(feed);
    step.detail(`${seen.size} of ${feeds}`);
  }
  const firstRoundSeconds = (Date.now() - beganMs) / 1_000;
  step.done();

  const waiting = progress.step(`one interval of ${intervalSeconds} s`);
  const due = await dueTimes(mimir, web.urls);
  await web.arrivals();
  const fromMs = Date.now();
  const cpuBefore = cpuSeconds(collector.pid);
  const arrivedAt = new Map<number, number>();
  const untilMs = Math.max(...due) + 60_000;
  let cpuShare = 0;
  while (Date.now() < untilMs && arrivedAt.size < feeds) {
    await sleep(1_000);
    for (const [feed, atMs] of await web.arrivals()) {
      // What was asked before it was due belongs to the round before.
      if (atMs >= (due[feed] ?? 0) - 1_000 && !arrivedAt.has(feed)) arrivedAt.set(feed, atMs);
    }
    cpuShare = (cpuSeconds(collector.pid) - cpuBefore) / ((Date.now() - fromMs) / 1_000);
    waiting.detail(`${arrivedAt.size} of ${feeds}, ${(cpuShare * 100).toFixed(0)} % of a core`);
  }
  waiting.done();
  const late = due.map((dueMs, feed) =>
    Math.max(0, ((arrivedAt.get(feed) ?? Number.POSITIVE_INFINITY) - dueMs) / 1_000),
  );
  const sorted = late.toSorted((a, b) => a - b);
  return {
    ...options,
    within30s: late.filter((seconds) => seconds <= 30).length / feeds,
    lateness: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: sorted.at(-1) ?? 0 },
    cpuShare,
    peakMemoryMb: peakMemoryMb(collector.pid),
    firstRoundSeconds,
  };
}

/** When each feed is due next, in milliseconds since 1970. */
async function dueTimes(
  { pool }: Pick<Awaited<ReturnType<typeof openMimir>>, 'pool'>,
  urls: readonly string[],
): Promise<readonly number[]> {
  const { rows } = await pool.query<{ url: string; due: number }>(
    'select url, extract(epoch from coalesce(retry_at, next_due_at))::float8 * 1000 as due from feeds',
  );
  const dueOf = new Map(rows.map(({ url, due }) => [url, due]));
  return urls.map((url) => {
    const due = dueOf.get(url);
    if (due === undefined) throw new Error(`${url} is not followed`);
    return due;
  });
}
