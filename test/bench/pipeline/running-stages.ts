import { setTimeout as sleep } from 'node:timers/promises';
import { stages as allStages } from '../../../cli/actors.ts';
import { partTitle } from '../../../infra/local/engine-titles.ts';
import { TransientError } from '../../../streams/errors.ts';
import { stageLag } from '../../../streams/lag.ts';
import type { BenchMimir } from '../mimir.ts';
import { cpuSeconds, treeCpuSeconds, peakMemoryMb } from '../process-usage.ts';
import { rawRecord, type Story } from './news.ts';

export interface StageCost {
  readonly stage: string;
  /** Of its process, without its start. */
  readonly cpuMsPerArticle: number;
  readonly peakMemoryMb: number;
}

/** What an article has cost. */
export interface Costs {
  readonly stages: readonly StageCost[];
  readonly engines: readonly { readonly engine: string; readonly cpuMsPerArticle: number }[];
}

/** Stages and views, a process each, so that the cost of each is seen. */
export interface RunningStages {
  /** As raw articles; the name tells those of one call from those of another. */
  give(stories: readonly Story[], name: string): Promise<void>;
  /** Resolves once no stage has anything left. */
  drained(detail: (waiting: number) => void): Promise<void>;
  /** Begins to count CPU; the result tells what each of so many articles has cost since. */
  meter(): (articles: number) => Costs;
}

const batchSize = 200;

/** Looking a second time, for a stage's output may be on its way while all stand at their ends. */
export const lookAgainMs = 500;

export function runStages(mimir: BenchMimir, names: readonly string[]): RunningStages {
  const pids = new Map(names.map((name) => [name, mimir.run(name).pid]));
  const chosen = allStages.filter(({ name }) => pids.has(name));
  /** Infinite where Kafka does not say, as after the making of topics. */
  const waitingNow = async (): Promise<number> => {
    try {
      return (await stageLag(mimir.runtime.kafka, chosen)).reduce((sum, { lag }) => sum + lag, 0);
    } catch (error) {
      if (error instanceof TransientError) return Number.POSITIVE_INFINITY;
      throw error;
    }
  };

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
        const waiting = await waitingNow();
        if (Number.isFinite(waiting)) detail(waiting);
        if (waiting > 0) continue;
        await sleep(lookAgainMs);
        if ((await waitingNow()) === 0) return;
      }
    },
    meter() {
      const stages = [...pids].map(([stage, pid]) => ({ stage, pid, before: cpuSeconds(pid) }));
      const engines = mimir.engines.flatMap((part) => {
        const pid = part.pid();
        return pid === undefined ? [] : [{ engine: partTitle(part.name), pid, before: treeCpuSeconds(pid) }];
      });
      return (articles) => ({
        stages: stages.map(({ stage, pid, before }) => ({
          stage,
          cpuMsPerArticle: ((cpuSeconds(pid) - before) * 1_000) / articles,
          peakMemoryMb: peakMemoryMb(pid),
        })),
        engines: engines.map(({ engine, pid, before }) => ({
          engine,
          cpuMsPerArticle: ((treeCpuSeconds(pid) - before) * 1_000) / articles,
        })),
      });
    },
  };
}
