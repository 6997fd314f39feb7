import { setTimeout as sleep } from 'node:timers/promises';
import { processGroups } from '../../../cli/actors.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { openMimir } from '../mimir.ts';
import { peakMemoryMb } from '../process-usage.ts';
import { quantile } from '../statistics.ts';
import { rawRecord, storyOf } from './news.ts';

export interface FreshnessResult {
  readonly perSecond: number;
  readonly articles: number;
  /** Seconds from the raw article to the first search that finds it. */
  readonly p50: number;
  readonly p95: number;
  /** Of the product's processes, at the end. */
  readonly processes: readonly { readonly name: string; readonly peakMemoryMb: number }[];
}

const pollMs = 100;
const settleMs = 20_000;

/** Articles at a steady rate through the product's processes, each searched for by a word of its own until it is found. */
export async function measureFreshness(
  progress: Progress,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<FreshnessResult> {
  await using mimir = await openMimir(progress, {});
  const running = processGroups
    .filter(({ name }) => name !== 'collect')
    .map(({ name, actors }) => ({ name, pid: mimir.run(...actors).pid }));
  const step = progress.step(`freshness at ${perSecond} articles/s`);
  await untilAnswers(mimir.rest);
  await using producer = await mimir.runtime.kafka.producer();
  const found: number[] = [];
  const follow = async (number: number, isCounted: boolean): Promise<void> => {
    const word = `zq${number.toString(36)}x`;
    const { title, text } = storyOf(number);
    const record = await rawRecord(mimir.runtime, { title: `${title} ${word}`, text }, `fresh ${number}`);
    const fromMs = performance.now();
    await producer.send([record]);
    while (!(await isFound(mimir.rest, word))) await sleep(pollMs);
    if (isCounted) found.push((performance.now() - fromMs) / 1_000);
    step.detail(`${found.length} found`);
  };
  // The stages join, and warm up.
  for (let number = 0; number < 20; number += 1) await follow(number, false);
  const under: Promise<void>[] = [];
  for (let number = 0; number < perSecond * seconds; number += 1) {
    under.push(follow(1_000 + number, true));
    await sleep(1_000 / perSecond);
  }
  await Promise.all(under);
  const sorted = found.toSorted((a, b) => a - b);
  step.done();
  return {
    perSecond,
    articles: found.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    processes: running.map(({ name, pid }) => ({ name, peakMemoryMb: peakMemoryMb(pid) })),
  };
}

async function isFound(rest: string, word: string): Promise<boolean> {
  const response = await fetch(`${rest}/api/v1/search?q=${word}&mode=fulltext&limit=1&fields=title`);
  const { data } = (await response.json()) as {
    readonly data?: readonly { readonly attributes: { readonly title: string } }[];
  };
  return data?.[0]?.attributes.title.includes(word) === true;
}

async function untilAnswers(rest: string): Promise<void> {
  const untilMs = performance.now() + settleMs * 3;
  for (;;) {
    const answer = await fetch(`${rest}/health`).catch(() => undefined);
    if (answer !== undefined) return;
    if (performance.now() > untilMs) throw new Error('the REST gateway does not answer');
    await sleep(500);
  }
}
