import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../streams/redis.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { openPostgres, stageError } from '../postgres.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import { readCachedParts } from './redis/article-cache.ts';
import { rebuildableView } from './views.ts';

export interface ViewChecksum {
  readonly view: string;
  readonly records: number;
  /** The same for the same records, in whatever order the store gives them. */
  readonly checksum: string;
}

type Settings = Pick<Runtime, 'config' | 'log'>;
type Records = AsyncIterable<string>;

/**
 * A digest of what a view's live store holds: ids, versions and contents. A rebuild of an idle view must end with the
 * same one. Of Redis it covers the entries that carry a value, of which readers and the lifetime decide too.
 *
 * @param name as of the view; `view-` may be left out
 * @param onProgress told of the number of records so far
 * @throws InputError for an unknown name
 * @throws TransientError where the store is away
 */
export async function viewChecksum(
  name: string,
  runtime: Settings,
  onProgress: (records: number) => void = () => undefined,
): Promise<ViewChecksum> {
  const { view } = rebuildableView(name);
  const sum = new UnorderedSum();
  for await (const record of recordsOf(view.name, runtime)) {
    sum.add(record);
    if (sum.records % 1_000 === 0) onProgress(sum.records);
  }
  return { view: view.name, records: sum.records, checksum: sum.text };
}

function recordsOf(view: string, runtime: Settings): Records {
  if (view === 'view-postgres') return recordsOfPostgres(runtime);
  return view === 'view-vectors' ? recordsOfVectors(runtime) : recordsOfRedis(runtime);
}

/** A sum does not depend on the order, and unlike an exclusive or it tells a record that is there twice. */
class UnorderedSum {
  records = 0;
  #sum = 0n;

  add(record: string): void {
    this.records += 1;
    const digest = createHash('sha256').update(record).digest('hex');
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${digest}`));
  }

  get text(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

const tables = [
  'article_categories',
  'article_topics',
  'article_relevance',
  'article_judged',
  'articles',
  'stories',
  'article_stories',
  'article_feeds',
  'duplicates',
  'feed_status',
] as const;

/** Of one moment, though the view goes on writing. */
async function* recordsOfPostgres({ config, log }: Settings): Records {
  const pool = openPostgres(config.databaseUrl, { log, max: 1 });
  const client = await pool.connect().catch(async (error: unknown) => {
    await pool.end();
    throw stageError(error);
  });
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query("set local timezone = 'UTC'");
    for (const table of tables) {
      // Hashed where it is: the texts need not travel.
      await client.query(
        `declare held cursor for select encode(sha256(convert_to(held::text, 'UTF8')), 'hex') as digest from content.${table} held`,
      );
      for (;;) {
        const { rows } = await client.query<{ digest: string }>('fetch 5000 from held');
        if (rows.length === 0) break;
        for (const { digest } of rows) yield `${table} ${digest}`;
      }
      await client.query('close held');
    }
  } catch (error) {
    throw stageError(error);
  } finally {
    client.release(true);
    await pool.end();
  }
}

async function* recordsOfVectors({ config, log }: Settings): Records {
  await using index = await openVectorIndex(config.vectors, { log });
  for await (const page of index.scan()) {
    for (const { articleId, version, vector, payload } of page) {
      const { visibility, feedIds, language, publishedAt, model } = payload;
      yield JSON.stringify([
        articleId,
        version,
        visibility,
        feedIds.toSorted(),
        language,
        publishedAt,
        model,
        [...vector],
      ]);
    }
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, ordered(field)]));
}

async function* recordsOfRedis({ config, log }: Settings): Records {
  const redis: Redis = connectRedis(config.redisUrl, log);
  try {
    for await (const { key, part, version, value } of readCachedParts(redis)) {
      // That there is no link is known of version 0, by readers alone.
      // A reader that filled a miss wrote the same fields in the order of its row.
      if (version > 0) yield JSON.stringify([key, part, version, ordered(JSON.parse(value))]);
    }
  } finally {
    redis.disconnect();
  }
}
