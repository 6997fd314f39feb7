import type { Redis } from 'ioredis';
import type { Pool, PoolClient } from 'pg';
import { FatalError } from '../../../streams/errors.ts';
import { passFailPoint } from '../../../streams/fail-points.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, drop, type Message, type Outcome, type Stage, type StageDefinition } from '../../../streams/stage.ts';
import { inTransaction, openPostgres, stageError } from '../../postgres.ts';
import { measureFreshness, newestInPostgres } from '../freshness.ts';
import { markOutdated } from '../redis/mark-outdated.ts';
import { beginChange, type ViewChange } from '../redis/view-change.ts';
import { alignWithGroup } from './align.ts';
import { lockPositions, placeOf, positionsAfter, setPositions } from './positions.ts';
import { reanalyse } from './reanalyse.ts';
import { type PostgresViewTopic, writeToPostgres } from './write.ts';
import { judgementTopics } from './write-judgements.ts';
import { isOfStories, storyTopics } from './write-stories.ts';

/** The tables that lists, full-text search and single articles are read from. */
export const viewPostgres: StageDefinition<PostgresViewTopic, never> = {
  name: 'view-postgres',
  purpose: 'Keeps articles, their feeds, duplicates and the state of each feed in Postgres',
  inputs: ['article-enriched', 'article-duplicate', 'feed-status', ...judgementTopics, ...storyTopics],
  outputs: [],
  store: 'Postgres',
  open: openView,
  async movePositions({ config, log }, offsets) {
    const pool = openPostgres(config.databaseUrl, { log, max: 1 });
    try {
      await setPositions(pool, 'content', offsets);
    } catch (error) {
      throw stageError(error);
    } finally {
      await pool.end();
    }
  },
};

async function openView(runtime: Runtime): Promise<Stage<PostgresViewTopic, never>> {
  const { config, log, metrics } = runtime;
  const pool = openPostgres(config.databaseUrl, { log, max: 4 });
  try {
    await alignWithGroup(runtime, pool, viewPostgres.name, viewPostgres.inputs);
  } catch (error) {
    await pool.end();
    throw stageError(error);
  }
  const redis = connectRedis(config.redisUrl, log);
  const writer = new ViewWriter(pool, redis);
  measureFreshness(metrics, viewPostgres.name, () => newestInPostgres(pool));
  const closing = new AbortController();
  const reanalysed = reanalyse(pool, log, closing.signal);
  return {
    handler: { kind: 'batch', maxBatch: 100, process: (messages) => writer.write(messages) },
    async close() {
      closing.abort();
      await reanalysed;
      redis.disconnect();
      await pool.end();
    },
  };
}

type In = Message<PostgresViewTopic>;

/**
 * Writes batches so that readers who ask Postgres and Redis, in any order, never go back: cached copies are outdated
 * and cached lists are left aside before the transaction, and come back after it.
 */
class ViewWriter {
  readonly #pool: Pool;
  readonly #redis: Redis;
  /** The positions that this process has written. The store's own never fall below, unless it was set back. */
  readonly #written = new Map<string, bigint>();

  constructor(pool: Pool, redis: Redis) {
    this.#pool = pool;
    this.#redis = redis;
  }

  async write(messages: readonly In[]): Promise<readonly Outcome<never>[]> {
    // The state of feeds and stories are in no cache, and need no Redis.
    const isCached = messages.some((message) => message.topic !== 'feed-status' && !isOfStories(message));
    const change = isCached ? await this.#begin(messages) : undefined;
    let isDecided = false;
    try {
      const stored = await inTransaction(this.#pool, async (client) => {
        const fresh = await this.#store(client, messages);
        passFailPoint('postgres-written', viewPostgres.name);
        await change?.confirm();
        // From here on an error says nothing about the outcome.
        isDecided = true;
        return fresh;
      });
      passFailPoint('postgres-committed', viewPostgres.name);
      this.#remember(messages);
      await change?.end();
      return messages.map((message) => (stored.has(message) ? done : drop('already-stored')));
    } catch (error) {
      if (!isDecided) await change?.end().catch(() => undefined);
      throw stageError(error);
    }
  }

  async #begin(messages: readonly In[]): Promise<ViewChange> {
    const change = await beginChange(this.#redis, viewPostgres.name, ['articles:list', 'search:results']);
    try {
      await markOutdated(this.#redis, messages);
    } catch (error) {
      await change.end().catch(() => undefined);
      throw error;
    }
    passFailPoint('postgres-marked', viewPostgres.name);
    return change;
  }

  /** @returns those that were not stored before */
  async #store(client: PoolClient, messages: readonly In[]): Promise<ReadonlySet<In>> {
    const positions = await lockPositions(client, 'content', messages);
    for (const [place, written] of this.#written) {
      if ((positions.get(place) ?? written) >= written) continue;
      throw new FatalError(
        `the database stands behind what was stored in ${place}: it was set back. Start ${viewPostgres.name} again: it reads again what the database lacks`,
      );
    }
    const fresh = messages.filter((message) => message.offset >= (positions.get(placeOf(message)) ?? 0n));
    await writeToPostgres(client, 'content', fresh);
    await setPositions(client, 'content', positionsAfter(fresh));
    return new Set(fresh);
  }

  #remember(messages: readonly In[]): void {
    for (const { offset, ...partition } of positionsAfter(messages)) {
      const place = placeOf(partition);
      if (offset > (this.#written.get(place) ?? 0n)) this.#written.set(place, offset);
    }
  }
}
