import { setTimeout as sleep } from 'node:timers/promises';
import { stages as allStages } from '../../../cli/actors.ts';
import { partTitle } from '../../../infra/local/engine-titles.ts';
import { TransientError } from '../../../streams/errors.ts';
import { type StageLag, stageLag } from '../../../streams/lag.ts';
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
  drained(detail: (waiting: string) => void): Promise<void>;
  /** Begins to count CPU; the result tells what each of so many articles has cost since. */
  meter(): (articles: number) => Costs;
}

const batchSize = 200;

/** Between looks. The last is a second one, for a stage's output may be on its way while all stand at their ends. */
export const lookAgainMs = 500;

export function runStages(mimir: BenchMimir, names: readonly string[]): RunningStages {
  const pids = new Map(names.map((name) => [name, mimir.run(name).pid]));
  const chosen = allStages.filter(({ name }) => pids.has(name));
  /**
   * The first stage that is behind. One is asked after the other, for each takes Kafka some ten requests; in their order,
   * for what one has handed on is then with another that is still to be asked.
   */
  const behind = async (): Promise<StageLag | undefined> => {
    for (const stage of chosen) {
      const [lag] = await stageLag(mimir.runtime.kafka, [stage]);
      if (lag !== undefined && lag.lag > 0) return lag;
    }
    return undefined;
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
        await sleep(lookAgainMs);
        try {
          const waiting = await behind();
          if (waiting !== undefined) {
            detail(`${waiting.stage}: ${waiting.lag} records wait`);
            continue;
          }
          await sleep(lookAgainMs);
          if ((await behind()) === undefined) return;
        } catch (error) {
          // Kafka does not say, as after the making of topics.
          if (!(error instanceof TransientError)) throw error;
        }
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
