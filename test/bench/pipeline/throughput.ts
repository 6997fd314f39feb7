import { pipeline } from '../../../processors/pipeline.ts';
import { views } from '../../../gateways/views/views.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { openMimir } from '../mimir.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import type { Story } from './news.ts';
import { type Costs, lookAgainMs, runStages } from './running-stages.ts';

export interface ThroughputResult extends Costs {
  readonly what: string;
  /** Of all rounds. */
  readonly articles: number;
  readonly articlesPerSecond: Spread;
}

/** Each stage behind the collector, and each view. */
export const stageNames = [...pipeline, ...views].map(({ name }) => name).filter((name) => name !== 'collect');

const withMeaning = new Set(['embed', 'story', 'categorize', 'view-vectors']);

/**
 * From raw articles to all views, all engines on the same machine. A few articles go before: the time begins when
 * everything is warm. The others come in rounds; each begins when nothing is left of the one before.
 */
export async function measureThroughput(
  progress: Progress,
  stories: readonly Story[],
  { embeds, rounds }: { readonly embeds: boolean; readonly rounds: number },
): Promise<ThroughputResult> {
  const what = embeds ? 'with embeddings' : 'without embeddings';
  await using mimir = await openMimir(progress, {});
  const stages = runStages(mimir, embeds ? stageNames : stageNames.filter((name) => !withMeaning.has(name)));
  const warm = stories.slice(0, Math.ceil(stories.length / 10));
  const measured = stories.slice(warm.length);

  const warming = progress.step(`${what}: the stages join and warm up`);
  await stages.give(warm, 'warm');
  await stages.drained((waiting) => warming.detail(waiting));
  warming.done();

  const costs = stages.meter();
  const rates: number[] = [];
  const size = Math.ceil(measured.length / rounds);
  for (let round = 0; round * size < measured.length; round += 1) {
    const part = measured.slice(round * size, (round + 1) * size);
    const step = progress.step(`${what}: ${part.length} articles, round ${round + 1} of ${rounds}`);
    const beganMs = performance.now();
    await stages.give(part, `round ${round}`);
    await stages.drained((waiting) => step.detail(waiting));
    const rate = part.length / ((performance.now() - beganMs - lookAgainMs) / 1_000);
    rates.push(rate);
    step.done(`${rate.toFixed(1)} articles/s`);
  }
  return { what, articles: measured.length, articlesPerSecond: spreadOf(rates), ...costs(measured.length) };
}
