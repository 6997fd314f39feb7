import { setTimeout as sleep } from 'node:timers/promises';
import { stages as allStages } from '../../../cli/actors.ts';
import { stageLag } from '../../../streams/lag.ts';
import type { BenchMimir } from '../mimir.ts';
import { cpuSeconds, peakMemoryMb } from '../process-usage.ts';
import { rawRecord, type Story } from './news.ts';

export interface StageCost {
  readonly stage: string;
  /** Of its process, without its start. */
  readonly cpuMsPerArticle: number;
  readonly peakMemoryMb: number;
}

/** Stages and views, a process each, so that the cost of each is seen. */
export interface RunningStages {
  /** As raw articles; the name tells those of one call from those of another. */
  give(stories: readonly Story[], name: string): Promise<void>;
  /** Resolves once no stage has anything left. */
  drained(detail: (waiting: number) => void): Promise<void>;
  /** Begins to count CPU; the result tells what articles have cost since. */
  meter(): (articles: number) => readonly StageCost[];
}

const batchSize = 200;

/** Looking a second time, for a stage's output may be on its way while all stand at their ends. */
export const lookAgainMs = 500;

export function runStages(mimir: BenchMimir, names: readonly string[]): RunningStages {
  const pids = new Map(names.map((name) => [name, mimir.run(name).pid]));
  const chosen = allStages.filter(({ name }) => pids.has(name));
  const lags = () => stageLag(mimir.runtime.kafka, chosen);

  return {
    async give(stories, name) {
      await using producer = await mimir.runtime.kafka.producer();
      for (let at = 0; at < stories.length; at += batchSize) {
        const batch = stories.slice(at, at + batchSize);
        await producer.send(
          await Promise.all(batch.map((story, index) => rawRecord(mimir.runtime, story, `${name} ${at + index}`))),
        );
      }
    },
    async drained(detail) {
      for (;;) {
        await sleep(250);
        const waiting = (await lags()).reduce((sum, { lag }) => sum + lag, 0);
        detail(waiting);
        if (waiting > 0) continue;
        await sleep(lookAgainMs);
        if ((await lags()).every(({ lag }) => lag === 0)) return;
      }
    },
    meter() {
      const before = new Map([...pids].map(([name, pid]) => [name, cpuSeconds(pid)]));
      return (articles) =>
        [...pids].map(([stage, pid]) => ({
          stage,
          cpuMsPerArticle: ((cpuSeconds(pid) - (before.get(stage) ?? 0)) * 1_000) / articles,
          peakMemoryMb: peakMemoryMb(pid),
        }));
    },
  };
}
