import type { Runtime } from '../../streams/runtime.ts';
import { done, type Message, type Outcome, type Stage, type StageDefinition } from '../../streams/stage.ts';
import { openPostgres, stageError, typedQueries } from '../postgres.ts';
import { untilStored } from '../views/postgres/until-stored.ts';
import { touchArticles } from './touch.ts';

export type MetricsTopic = 'article-enriched' | 'article-categories' | 'article-topics';

/**
 * Says which hours have to be counted again. It counts nothing itself, so that a repeat changes nothing: the roller
 * counts each hour over the articles that the view holds.
 */
export const metrics: StageDefinition<MetricsTopic, never> = {
  name: 'metrics',
  purpose: 'Marks the hours in which articles changed, to be counted again',
  inputs: ['article-enriched', 'article-categories', 'article-topics'],
  outputs: [],
  store: 'Postgres',
  open: (runtime) => Promise.resolve(openMetrics(runtime)),
};

function openMetrics({ config, log, kafka }: Runtime): Stage<MetricsTopic, never> {
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const db = typedQueries(pool);
  return {
    handler: {
      kind: 'batch',
      maxBatch: 200,
      async process(messages: readonly Message<MetricsTopic>[], context): Promise<readonly Outcome<never>[]> {
        // Marked before it is stored, an hour could be counted without it and the mark be gone.
        await untilStored({ pool, kafka }, messages, (ms) => context.sleep(ms));
        try {
          await touchArticles(
            db,
            messages.map(({ key }) => key),
          );
        } catch (error) {
          throw stageError(error);
        }
        return messages.map(() => done);
      },
    },
    close: () => pool.end(),
  };
}
