import { pipeline } from '../../../processors/pipeline.ts';
import { views } from '../../../gateways/views/views.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { openMimir } from '../mimir.ts';
import type { Story } from './news.ts';
import { type Costs, lookAgainMs, runStages } from './running-stages.ts';

export interface ThroughputResult extends Costs {
  readonly what: string;
  readonly articles: number;
  readonly articlesPerSecond: number;
}

/** Each stage behind the collector, and each view. */
export const stageNames = [...pipeline, ...views].map(({ name }) => name).filter((name) => name !== 'collect');

const withMeaning = new Set(['embed', 'story', 'categorize', 'view-vectors']);

/**
 * From raw articles to all views, all engines on the same machine. A few articles go before: the time begins when
 * everything is warm.
 */
export async function measureThroughput(
  progress: Progress,
  stories: readonly Story[],
  embeds: boolean,
): Promise<ThroughputResult> {
  const what = embeds ? 'with embeddings' : 'without embeddings';
  await using mimir = await openMimir(progress, {});
  const stages = runStages(mimir, embeds ? stageNames : stageNames.filter((name) => !withMeaning.has(name)));
  const [warm, measured] = [
    stories.slice(0, Math.ceil(stories.length / 10)),
    stories.slice(Math.ceil(stories.length / 10)),
  ];

  const warming = progress.step(`${what}: the stages join and warm up`);
  await stages.give(warm, 'warm');
  await stages.drained((waiting) => warming.detail(waiting));
  warming.done();

  const step = progress.step(`${what}: ${measured.length} articles`);
  const costs = stages.meter();
  const beganMs = performance.now();
  await stages.give(measured, 'measured');
  await stages.drained((waiting) => step.detail(waiting));
  const seconds = (performance.now() - beganMs - lookAgainMs) / 1_000;
  step.done(`${(measured.length / seconds).toFixed(1)} articles/s`);
  return {
    what,
    articles: measured.length,
    articlesPerSecond: measured.length / seconds,
    ...costs(measured.length),
  };
}
