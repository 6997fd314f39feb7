import { openEmbedder } from '../../domain/embedding/embedder.ts';
import { enrichmentOf, isSwitchedOff } from '../../domain/enrichment-settings.ts';
import type { ArticleEmbedded } from '../../schemas/types.ts';
import { PutOffError } from '../../streams/errors.ts';
import { dead, emit, type Outcome, type StageContext, type StageDefinition } from '../../streams/stage.ts';
import { connectRedis } from '../../streams/redis.ts';
import { openTable } from '../../streams/table.ts';
import { categoriesOf, categoryMethod } from './categories.ts';
import { rememberExamples } from './example-memory.ts';
import { embedFacets, type Facets } from './facets.ts';
import { occasionalEmbedder } from './occasional-embedder.ts';
import { ownTopicMethod } from './own-topic.ts';
import { OwnTopics } from './own-topics.ts';

/** Raised when the output for the same input changes. */
const revision = 1;

type Out = 'article-categories' | 'article-topics';

export const categorize: StageDefinition<'article-embedded', Out> = {
  name: 'categorize',
  revision,
  purpose: 'Tells what each article is about: by the taxonomy, and by the topics of organisations',
  inputs: ['article-embedded'],
  outputs: ['article-categories', 'article-topics'],
  tables: ['topic-definition'],
  putsOff: true,
  async open(runtime) {
    const log = runtime.log.child({ stage: 'categorize' });
    const { modelDir } = runtime.config.embedding;
    const table = await openTable(runtime, 'topic-definition');
    const redis = connectRedis(runtime.config.redisUrl, log);
    const embedder = occasionalEmbedder(() => openEmbedder({ modelDir, threads: 1, log }));
    const close = async () => {
      redis.disconnect();
      await table[Symbol.asyncDispose]();
      await embedder.close();
    };
    try {
      const facets = await embedder.use(embedFacets);
      const examples = rememberExamples(redis, { model: facets.model, embed: embedder.embed });
      const ownTopics = new OwnTopics(table, examples, facets.mean);
      return {
        handler: {
          kind: 'each',
          // Only a changed definition makes a message wait, and then all of them for the same.
          concurrency: 8,
          process: ({ key, value }, context) => judged(key, value, { facets, ownTopics, context }),
        },
        degraded: () => table.degraded(),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

const minuteMs = 60_000;
/** Until then the processes of a new model have started, and what the old one made has been made anew. */
const patienceMs = 24 * 60 * minuteMs;

interface Parts {
  readonly facets: Facets;
  readonly ownTopics: Pick<OwnTopics, 'judge'>;
  readonly context: Pick<StageContext, 'now' | 'putOffSinceMs'>;
}

export async function judged(
  key: string,
  value: ArticleEmbedded | null,
  { facets, ownTopics, context }: Parts,
): Promise<Outcome<Out>> {
  if (value === null) {
    return emit([
      { topic: 'article-categories', key, value: null },
      { topic: 'article-topics', key, value: null },
    ]);
  }
  if (value.model !== facets.model) {
    // Vectors of two models cannot be compared. A process of the other model, or a newer vector, takes it up.
    const words = `the vector is of ${value.model}, the topics are of ${facets.model}`;
    if (context.now() - (context.putOffSinceMs ?? context.now()) > patienceMs) return dead('other-model', words);
    throw new PutOffError(words, 10 * minuteMs);
  }
  const { article_id, visibility, vector, model } = value;
  const same = { article_id, version: value.version + revision, model };
  const found = isSwitchedOff('categories', enrichmentOf(value.enrichment))
    ? { categories: [], method: '' }
    : { categories: categoriesOf(vector, facets), method: categoryMethod };
  const own = await ownTopics.judge(vector, visibility);
  return emit([
    {
      topic: 'article-categories',
      key,
      value: { ...same, visibility, ...found },
    },
    // Also without a match, and where nobody has topics: an earlier version may have had one, and whoever waits for this
    // judgement learns that it was made.
    {
      topic: 'article-topics',
      key,
      value: { ...same, defined_at: own.definedAtMs, matches: own.matches, method: ownTopicMethod },
    },
  ]);
}
