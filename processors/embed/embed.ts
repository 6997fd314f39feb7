import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Embedder, openEmbedder } from '../../domain/embedding/embedder.ts';
import type { Article, ArticleEmbedded, ArticleEnriched } from '../../schemas/types.ts';
import { FatalError } from '../../streams/errors.ts';
import { connectRedis } from '../../streams/redis.ts';
import { emit, type StageDefinition } from '../../streams/stage.ts';
import { openEmbedMemory } from './memory.ts';
import { modelNumber } from './model-number.ts';
import { type EmbedHandler, onlyNews } from './only-news.ts';

/** Raised when the output for the same input changes. */
const revision = 3;

export const embed: StageDefinition<'article-enriched', 'article-embedded'> = {
  name: 'embed',
  revision,
  purpose: 'Turns the meaning of each article into a vector',
  inputs: ['article-enriched'],
  outputs: ['article-embedded'],
  async open({ config, log: parent }) {
    const log = parent.child({ stage: 'embed' });
    const embedder = await openEmbedder({ ...config.embedding, log });
    const { dimensions } = config.vectors;
    if (embedder.dimensions !== dimensions) {
      await embedder.close();
      throw new FatalError(
        `${embedder.model} makes vectors of ${embedder.dimensions} numbers, and VECTOR_DIMENSIONS is ${dimensions}: the views would refuse them`,
      );
    }
    const redis = connectRedis(config.redisUrl, log);
    const { model } = embedder;
    let number: number | undefined;
    // Asked for with the first articles, which wait while Redis is away.
    const numberOf = async () => (number ??= await modelNumber(redis, model, Date.now()));
    const handler = embedHandler(embedder, numberOf);
    return {
      handler: onlyNews(handler, openEmbedMemory(redis), (value) => factsOf(value, model)),
      async close() {
        redis.disconnect();
        await embedder.close();
      },
    };
  },
};

/** Enough to keep each worker busy, and little to do again after a crash. */
const maxBatch = 32;

/** Copies and new versions of an article come within minutes of each other. 2,000 vectors are 3 MB. */
const rememberedVectors = 2_000;

/** Of an article, passed on to where articles about one event are gathered. */
const maxEntities = 20;

/** More cannot reach the tokens that the model reads. */
const maxCharacters = 2_000;

/**
 * Equal texts are embedded once.
 *
 * @param numberOf answers with the number of the model, which the versions of its vectors are raised by
 */
export function embedHandler(
  embedder: Pick<Embedder, 'model' | 'embed'>,
  numberOf: () => Promise<number>,
): EmbedHandler {
  const known = new LRUCache<string, readonly number[]>({ max: rememberedVectors });

  return {
    kind: 'batch',
    maxBatch,
    async process(messages) {
      const raisedBy = revision + (await numberOf());
      const texts = messages.map(({ value }) => (value === null ? null : textOf(value.article)));
      const vectors = new Map<string, readonly number[]>();
      const missing = new Set<string>();
      for (const text of texts) {
        if (text === null) continue;
        const vector = known.get(hashOf(text));
        if (vector === undefined) missing.add(text);
        else vectors.set(text, vector);
      }
      const made = missing.size === 0 ? [] : await embedder.embed([...missing]);
      for (const [position, text] of [...missing].entries()) {
        const vector = [...(made[position] ?? [])];
        known.set(hashOf(text), vector);
        vectors.set(text, vector);
      }
      return messages.map(({ key, value }, position) => {
        if (value === null) return emit([{ topic: 'article-embedded', key, value }]);
        const vector = vectors.get(texts[position] ?? '') ?? [];
        const embedded = { ...withoutVector(value, embedder.model), version: value.version + raisedBy, vector };
        return emit([{ topic: 'article-embedded', key, value: embedded }]);
      });
    },
  };
}

/** Headline and lead: they say what an article is about. */
export function textOf({ title, text, summary }: Pick<Article, 'title' | 'text' | 'summary'>): string {
  return `${title}. ${text === '' ? (summary ?? '') : text}`.slice(0, maxCharacters);
}

/** Of all that an article's record is made from: its versions are not told apart by what did not change it. */
export function factsOf(value: ArticleEnriched, model: string): string {
  const { article } = value;
  const facts = { ...withoutVector(value, model), version: article.version, text: textOf(article), revision };
  return hashOf(JSON.stringify(facts)).slice(0, 22);
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64');

/** What goes with the vector. */
function withoutVector(
  { article, language, entities }: ArticleEnriched,
  model: string,
): Omit<ArticleEmbedded, 'version' | 'vector'> {
  return {
    article_id: article.article_id,
    visibility: article.visibility,
    feed_ids: article.feed_ids,
    title: article.title,
    url: article.url,
    language,
    published_at: article.published_at,
    model,
    entities: entities.slice(0, maxEntities).map(({ key }) => key),
    enrichment: article.enrichment,
  };
}
