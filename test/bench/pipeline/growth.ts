import type { Progress } from '../../../infra/local/progress.ts';
import { openMimir } from '../mimir.ts';
import { busySeconds } from '../process-usage.ts';
import { storyOf } from './news.ts';
import { type Costs, runStages } from './running-stages.ts';
import { store } from './stored-articles.ts';
import { stageNames } from './throughput.ts';

/** What an article costs while so many are stored already. */
export interface GrowthPoint extends Costs {
  readonly stored: number;
  readonly articles: number;
  /** Of the whole machine, engines included. */
  readonly cpuMsPerArticle: number;
}

/** @param sizes ascending */
export async function measureGrowth(
  progress: Progress,
  sizes: readonly number[],
  articles: number,
): Promise<readonly GrowthPoint[]> {
  await using mimir = await openMimir(progress, {});
  const stages = runStages(mimir, stageNames);
  let given = 0;
  const run = async (what: string, count: number): Promise<void> => {
    const step = progress.step(what);
    const stories = Array.from({ length: count }, (_, index) => storyOf(given + index));
    given += count;
    await stages.give(stories, what);
    await stages.drained((waiting) => step.detail(waiting));
    step.done();
  };
  await run('the stages join and warm up', articles);
  const points: GrowthPoint[] = [];
  let stored = 0;
  for (const size of sizes) {
    await store(progress, mimir, { from: stored, to: size });
    stored = size;
    // What was stored is settled, and the first articles after it pay for cold caches.
    await run(`${size} stored: the stages settle`, Math.ceil(articles / 5));
    const costs = stages.meter();
    const busyBefore = busySeconds();
    await run(`${size} stored: ${articles} articles`, articles);
    points.push({
      stored: size,
      articles,
      cpuMsPerArticle: ((busySeconds() - busyBefore) * 1_000) / articles,
      ...costs(articles),
    });
  }
  return points;
}
