import type { Redis } from 'ioredis';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { passFailPoint } from '../../streams/fail-points.ts';
import { connectRedis } from '../../streams/redis.ts';
import type { Runtime } from '../../streams/runtime.ts';
import {
  done,
  type Message,
  type Outcome,
  type Stage,
  type StageContext,
  type StageDefinition,
} from '../../streams/stage.ts';
import { openPostgres, stageError, typedQueries } from '../postgres.ts';
import type { Database } from '../schema.ts';
import { changingLists } from '../rules/changing-lists.ts';
import { documentsOf } from '../services/query/documents.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import type { VectorIndex } from '../vector-index/port.ts';
import { untilStored } from '../views/postgres/until-stored.ts';
import { untilCaughtUp } from './caught-up.ts';
import { RecentVectors } from './recent-vectors.ts';
import { openRuleWatcher } from './rule-watcher.ts';
import { openSavedSearchWatcher } from './saved-search-watcher.ts';
import { forgetArticles, watchedArticles } from './watched-articles.ts';
import { type WatchedTopic, watchedTopics } from './watched-topics.ts';
import type { Watcher } from './watcher.ts';

/**
 * Looks at articles as they come. In gateways, for it reads what search reads, in the same way: what an alert matches is
 * what the same search finds.
 */
export const watch: StageDefinition<WatchedTopic, never> = {
  name: 'watch',
  purpose: 'Does to articles what rules say, and raises alerts for those that saved searches match',
  inputs: watchedTopics,
  outputs: [],
  tables: ['saved-search', 'rule-set'],
  store: 'Postgres',
  open: openWatch,
};

async function openWatch(runtime: Runtime): Promise<Stage<WatchedTopic, never>> {
  const { config, log, kafka } = runtime;
  const watchers: Watcher[] = [];
  const pool = openPostgres(config.databaseUrl, { log, max: 3 });
  const redis = connectRedis(config.redisUrl, log);
  let vectors: VectorIndex | undefined;
  const close = async (): Promise<void> => {
    for (const watcher of watchers) await watcher.close();
    await vectors?.[Symbol.asyncDispose]();
    redis.disconnect();
    await pool.end();
  };
  try {
    vectors = await openVectorIndex(config.vectors, { log });
    // Rules first: saved searches see what they did.
    watchers.push(await openRuleWatcher(runtime));
    watchers.push(await openSavedSearchWatcher(runtime));
  } catch (error) {
    await close();
    throw error;
  }
  const watching = new Watching({ pool, redis, kafka, vectors, watchers });
  return {
    handler: { kind: 'batch', maxBatch: 50, process: (messages, context) => watching.process(messages, context) },
    degraded: () => watchers.map((watcher) => watcher.degraded()).find((reason) => reason !== undefined),
    close,
  };
}

type In = Message<WatchedTopic>;

interface Ports extends Pick<Runtime, 'kafka'> {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly vectors: Pick<VectorIndex, 'fetch'>;
  readonly watchers: readonly Watcher[];
}

class Watching {
  readonly #ports: Ports;
  readonly #db: Kysely<Database>;
  readonly #vectors: RecentVectors;
  /** How to wait for the vectors of the batch in hand. */
  #untilVectors: () => Promise<void> = () => Promise.resolve();

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#db = typedQueries(ports.pool);
    this.#vectors = new RecentVectors(ports.vectors, () => this.#untilVectors());
  }

  async process(messages: readonly In[], context: StageContext): Promise<readonly Outcome<never>[]> {
    const { pool, kafka, watchers } = this.#ports;
    const sleep = (ms: number): Promise<void> => context.sleep(ms, context.signal);
    const ports = { pool, kafka, sleep };
    const partitions = new Set(messages.map(({ partition }) => partition));
    const stored = messages.filter(({ topic }) => topic !== 'article-embedded');
    if (stored.length > 0) await untilStored(ports, stored, sleep);
    for (const watcher of watchers) await watcher.follow();
    for (const message of messages)
      if (message.topic === 'article-embedded') this.#vectors.take(message.key, message.value);
    if (watchers.some(({ needs }) => needs.copies) && messages.some(({ topic }) => topic === 'article-enriched')) {
      // A link to the original was written before the article that it is of came here, and may be stored after it.
      await untilCaughtUp(ports, 'view-postgres', 'article-duplicate', partitions);
    }
    this.#untilVectors = () => untilCaughtUp(ports, 'view-vectors', 'article-embedded', partitions);
    try {
      await this.#look(messages, context.now());
    } catch (error) {
      throw stageError(error);
    }
    passFailPoint('postgres-committed', watch.name);
    return messages.map(() => done);
  }

  async #look(messages: readonly In[], nowMs: number): Promise<void> {
    const { redis, watchers } = this.#ports;
    const ids = [...new Set(messages.map(({ key }) => key))];
    const deleted = messages.filter(({ topic, value }) => topic === 'article-enriched' && value === null);
    // Before the transaction: it may have to wait for them.
    const vectors = watchers.some(({ needs }) => needs.vectors) ? await this.#vectors.fetch(ids) : [];
    const fetched = { fetch: () => Promise.resolve(vectors) };
    await changingLists(redis, (lists) =>
      this.#db.transaction().execute(async (transaction) => {
        for (const watcher of watchers) await watcher.begin?.(transaction, ids);
        await forgetArticles(
          transaction,
          deleted.map(({ key }) => key),
        );
        let articles = await watchedArticles(transaction, await documentsOf(transaction, fetched, ids));
        for (const watcher of watchers) articles = await watcher.look(transaction, articles, nowMs, lists);
        passFailPoint('postgres-written', watch.name);
        await lists.confirm();
      }),
    );
  }
}
