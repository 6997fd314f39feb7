import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Pool } from 'pg';
import { openEmbedder } from '../../domain/embedding/embedder.ts';
import { articleId } from '../../domain/identity.ts';
import { inTransaction, openPostgres } from '../../gateways/postgres.ts';
import { openVectorIndex } from '../../gateways/vector-index/open.ts';
import { writeToPostgres } from '../../gateways/views/postgres/write.ts';
import { nothingFound } from '../../processors/enrich/enricher.ts';
import type { ArticleDuplicate, ArticleEnriched, StoryUpdate } from '../../schemas/types.ts';
import { loadConfig } from '../../streams/config.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { Message } from '../../streams/stage.ts';
import type { TopicName, TopicValues } from '../../streams/topics.ts';
import { engines } from '../engines/engines.ts';
import { testDatabase } from './database.ts';

/** A database, Redis keys and a vector store of the test file's own, and a runtime whose settings point at them. */
export interface World extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly pool: Pool;
  /** Writes articles as view-postgres does. */
  store(articles: readonly ArticleEnriched[]): Promise<void>;
  link(duplicates: readonly Partial<ArticleDuplicate>[]): Promise<void>;
  /** Writes the articles' vectors as the embed stage and view-vectors do: of title and text. */
  embed(articles: readonly ArticleEnriched[]): Promise<void>;
}

/** @param settings over those that point at the world's own engines */
export async function openWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const addresses = engines();
  const database = await testDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'mimir-test-'));
  const redisUrl = new URL(addresses.redisUrl);
  redisUrl.searchParams.set('keyPrefix', `test-${randomBytes(6).toString('hex')}:`);
  const config = loadConfig({
    MIMIR_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl.href,
    KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    EMBEDDING_MODEL_DIR: addresses.embeddingModelDir,
    REST_PORT: '0',
    GRAPHQL_PORT: '0',
    ...settings,
  });
  const log = pino({ level: 'silent' });
  const pool = openPostgres(database.url, { log, max: 2 });
  const runtime: Runtime = {
    config,
    log,
    metrics: new Registry(),
    get kafka(): never {
      throw new Error('this test has no Kafka');
    },
    get codec(): never {
      throw new Error('this test has no codec');
    },
  };

  return {
    runtime,
    pool,
    store: (articles) =>
      inTransaction(pool, (client) =>
        writeToPostgres(
          client,
          'content',
          articles.map((value) => message('article-enriched', value.article_id, value)),
        ),
      ),
    link: (duplicates) =>
      inTransaction(pool, (client) =>
        writeToPostgres(
          client,
          'content',
          duplicates.map((given) => {
            const value = { ...duplicate, ...given };
            return message('article-duplicate', value.article_id, value);
          }),
        ),
      ),
    async embed(articles) {
      const embedder = await openEmbedder({ modelDir: addresses.embeddingModelDir, threads: 1, log });
      const vectors = await embedder.embed(articles.map(({ article }) => `${article.title}\n${article.text}`));
      await using index = await openVectorIndex(config.vectors, { log });
      await index.upsert(
        articles.map(({ article, article_id, version, language }, at) => ({
          articleId: article_id,
          version,
          vector: [...(vectors[at] ?? [])],
          payload: {
            visibility: article.visibility,
            feedIds: article.feed_ids,
            language,
            publishedAt: article.published_at,
            model: embedder.model,
          },
        })),
      );
      await embedder.close();
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As a stage is given it. */
export function message<T extends TopicName>(topic: T, key: string, value: TopicValues[T] | null): Message<T> {
  return { topic, partition: 0, offset: 0n, key, value, headers: {}, timestampMs: 0 };
}

const duplicate: ArticleDuplicate = {
  article_id: '',
  original_id: null,
  reason: 'same_text',
  score: 1,
  version: 1,
  method: 'test',
};

const fetchedAt = Date.parse('2026-03-01T00:00:00Z');

/** An article has a summary of its own, the publisher's. */
const ofFindings = ([name]: readonly [string, unknown]) => name in nothingFound && name !== 'summary';

/** An article with harmless values in all fields that the test does not care about. */
export function enriched(
  slug: string,
  given: Partial<ArticleEnriched['article']> & Partial<Omit<ArticleEnriched, 'article' | 'summary'>> = {},
): ArticleEnriched {
  const { skipped = [], ...rest } = given;
  const findings = Object.fromEntries(Object.entries(rest).filter(ofFindings));
  const article = Object.fromEntries(Object.entries(rest).filter((entry) => !ofFindings(entry)));
  const url = `https://news.example/${slug}`;
  const id = articleId('public', url);
  const version = given.version ?? fetchedAt * 1000;
  return {
    article_id: id,
    version,
    ...nothingFound,
    language: 'en',
    language_confidence: 1,
    word_count: 10,
    reading_time_seconds: 3,
    ...findings,
    skipped,
    article: {
      article_id: id,
      version,
      visibility: 'public',
      url,
      canonical_url: null,
      feed_ids: [],
      site_name: 'Example News',
      title: slug,
      text: `The text of ${slug}.`,
      html: `<p>The text of ${slug}.</p>`,
      summary: null,
      authors: [],
      tags: [],
      section: null,
      paywall: null,
      withheld: null,
      image_url: null,
      language_hint: null,
      published_at: fetchedAt,
      published_at_source: 'entry',
      modified_at: null,
      fetched_at: fetchedAt,
      content_hash: slug,
      text_hash: slug,
      extraction_method: 'readability',
      extraction_confidence: 1,
      enrichment: null,
      ...article,
    },
  };
}

/** A story of two articles, with harmless values in all fields that the test does not care about. */
export function storyUpdate(story_id: string, given: Partial<StoryUpdate> = {}): StoryUpdate {
  return {
    story_id,
    version: 10,
    visibility: 'public',
    merged_into: null,
    title: 'A story',
    first_at: fetchedAt,
    last_at: fetchedAt,
    article_count: 2,
    sources: ['news.example'],
    languages: ['en'],
    entities: [],
    by_hand: false,
    method: 'test-1',
    model: 'test',
    mean: [1],
    terms: [],
    headlines: [],
    absorbed: [],
    apart: [],
    ...given,
  };
}
