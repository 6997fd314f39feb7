import type { ArticleEmbedded } from '../../schemas/types.ts';
import { UndecodableError } from '../../streams/errors.ts';
import { type KafkaAdmin, nameOf, type TopicPartitionOffset } from '../../streams/kafka/port.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { watchedTopics } from './watched-topics.ts';

/** What has come to the watched topics. */
export interface NewsBatch {
  /** Of the articles that something is told of. */
  readonly ids: readonly string[];
  readonly vectors: readonly ArticleEmbedded[];
  /** The last record of each partition that view-postgres stores. */
  readonly stored: readonly TopicPartitionOffset[];
  /** Where the next batch begins. */
  readonly positions: readonly TopicPartitionOffset[];
}

/** Records at most in one batch; a rush is read in several. */
const maxRecords = 500;

/** Follows the watched topics from now on, without a group. */
export class ArticleNews implements AsyncDisposable {
  readonly #runtime: Pick<Runtime, 'kafka' | 'codec'>;
  readonly #admin: KafkaAdmin;
  readonly #positions: Map<string, TopicPartitionOffset>;

  private constructor(
    runtime: Pick<Runtime, 'kafka' | 'codec'>,
    admin: KafkaAdmin,
    positions: readonly TopicPartitionOffset[],
  ) {
    this.#runtime = runtime;
    this.#admin = admin;
    this.#positions = new Map(positions.map((one) => [nameOf(one), one]));
  }

  /** @throws TransientError where Kafka is away */
  static async begin(runtime: Pick<Runtime, 'kafka' | 'codec'>): Promise<ArticleNews> {
    const admin = await runtime.kafka.admin();
    const positions: TopicPartitionOffset[] = [];
    for (const topic of watchedTopics) {
      for (const { partition, high } of await admin.watermarks(topic))
        positions.push({ topic, partition, offset: high });
    }
    return new ArticleNews(runtime, admin, positions);
  }

  /** What has come since; the same again until it is taken. @throws TransientError where Kafka or the registry is away */
  async next(): Promise<NewsBatch> {
    const { kafka, codec } = this.#runtime;
    const ids = new Set<string>();
    const vectors: ArticleEmbedded[] = [];
    const positions = new Map<string, TopicPartitionOffset>();
    for (const topic of watchedTopics) {
      const from = [...this.#positions.values()].filter((one) => one.topic === topic);
      const marks = await this.#admin.watermarks(topic);
      if (
        marks.every(({ partition, high }) => (this.#positions.get(nameOf({ topic, partition }))?.offset ?? 0n) >= high)
      )
        continue;
      const enough = new AbortController();
      let count = 0;
      await kafka
        .readToEnd(
          topic,
          async (records) => {
            for (const record of records) {
              if (count >= maxRecords) break;
              count += 1;
              positions.set(nameOf(record), { topic, partition: record.partition, offset: record.offset + 1n });
              if (record.key === null || record.value === null) continue;
              ids.add(record.key.toString());
              if (topic === 'article-embedded') {
                const value = await codec.decode(topic, record.value).catch(nullIfUndecodable);
                if (value !== null) vectors.push(value);
              }
            }
            if (count >= maxRecords) enough.abort(new Enough());
          },
          { from, signal: enough.signal },
        )
        .catch((error: unknown) => {
          if (!enough.signal.aborted) throw error;
        });
    }
    const stored = [...positions.values()]
      .filter(({ topic }) => topic !== 'article-embedded')
      .map((one) => ({ ...one, offset: one.offset - 1n }));
    return { ids: [...ids], vectors, stored, positions: [...positions.values()] };
  }

  /** What the batch holds is done with. */
  take({ positions }: NewsBatch): void {
    for (const one of positions) this.#positions.set(nameOf(one), one);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin[Symbol.asyncDispose]();
  }
}

class Enough extends Error {
  override name = 'Enough';
}

/** One that nobody can read is a dead letter elsewhere. */
function nullIfUndecodable(error: unknown): null {
  if (error instanceof UndecodableError) return null;
  throw error;
}
