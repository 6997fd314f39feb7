import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from '../../../processors/pipeline.ts';
import { views } from '../../../gateways/views/views.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { stages as allStages } from '../../../cli/actors.ts';
import { stageLag } from '../../../streams/lag.ts';
import { openMimir } from '../mimir.ts';
import { cpuSeconds, peakMemoryMb } from '../process-usage.ts';
import { rawRecord, type Story } from './news.ts';

export interface StageCost {
  readonly stage: string;
  /** Of its process, without its start. */
  readonly cpuMsPerArticle: number;
  readonly peakMemoryMb: number;
}

export interface ThroughputResult {
  readonly what: string;
  readonly articles: number;
  readonly articlesPerSecond: number;
  readonly stages: readonly StageCost[];
}

const withMeaning = new Set(['embed', 'story', 'categorize', 'view-vectors']);
const batchSize = 200;
const names = [...pipeline, ...views].map(({ name }) => name).filter((name) => name !== 'collect');

/**
 * From raw articles to all views, each stage a process of its own so that its cost is seen, all engines on the same
 * machine. A few articles go before: the time begins when everything is warm.
 */
export async function measureThroughput(
  progress: Progress,
  stories: readonly Story[],
  embeds: boolean,
): Promise<ThroughputResult> {
  const what = embeds ? 'with embeddings' : 'without embeddings';
  const stageNames = embeds ? names : names.filter((name) => !withMeaning.has(name));
  await using mimir = await openMimir(progress, {});
  const running = new Map(stageNames.map((name) => [name, mimir.run(name).pid]));
  const chosen = allStages.filter(({ name }) => running.has(name));
  const give = async (some: readonly Story[], name: string): Promise<void> => {
    await using producer = await mimir.runtime.kafka.producer();
    for (let at = 0; at < some.length; at += batchSize) {
      const batch = some.slice(at, at + batchSize);
      await producer.send(
        await Promise.all(batch.map((story, index) => rawRecord(mimir.runtime, story, `${name} ${at + index}`))),
      );
    }
  };
  const drained = async (detail: (waiting: number) => void): Promise<void> => {
    for (;;) {
      await sleep(250);
      const lags = await stageLag(mimir.runtime.kafka, chosen);
      const waiting = lags.reduce((sum, { lag }) => sum + lag, 0);
      detail(waiting);
      // A stage's output may be on its way while all stand at their ends: twice in a row is the end.
      if (waiting > 0) continue;
      await sleep(500);
      if ((await stageLag(mimir.runtime.kafka, chosen)).every(({ lag }) => lag === 0)) return;
    }
  };

  const warming = progress.step(`${what}: the stages join and warm up`);
  const [warm, measured] = [
    stories.slice(0, Math.ceil(stories.length / 10)),
    stories.slice(Math.ceil(stories.length / 10)),
  ];
  await give(warm, 'warm');
  await drained((waiting) => warming.detail(`${waiting} records wait`));
  warming.done();

  const step = progress.step(`${what}: ${measured.length} articles`);
  const before = new Map([...running].map(([name, pid]) => [name, cpuSeconds(pid)]));
  const beganMs = performance.now();
  await give(measured, 'measured');
  await drained((waiting) => step.detail(`${waiting} records wait`));
  // The half second of looking twice is no work.
  const seconds = (performance.now() - beganMs) / 1_000 - 0.5;
  step.done(`${(measured.length / seconds).toFixed(1)} articles/s`);
  return {
    what,
    articles: measured.length,
    articlesPerSecond: measured.length / seconds,
    stages: [...running].map(([stage, pid]) => ({
      stage,
      cpuMsPerArticle: ((cpuSeconds(pid) - (before.get(stage) ?? 0)) * 1_000) / measured.length,
      peakMemoryMb: peakMemoryMb(pid),
    })),
  };
}
