import { setTimeout } from 'node:timers/promises';
import { FatalError, TransientError, UndecodableError } from '../../streams/errors.ts';
import type { KafkaRecord } from '../../streams/kafka/port.ts';
import { decodeMessage } from '../../streams/runner/message.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { Message } from '../../streams/stage.ts';
import type { TopicName } from '../../streams/topics.ts';
import { placeOf } from './postgres/positions.ts';
import type { RebuildProgress, RebuildTarget } from './rebuild-target.ts';

const batchSize = 100;
const attempts = 5;
const retryAfterMs = 1000;

/** Reads a view's topics from their beginning, and then again and again from where it was, each time to the end. */
export class TopicReader {
  readonly held: readonly { readonly topic: TopicName; readonly records: number }[];
  read = 0;
  skipped = 0;

  readonly #runtime: Pick<Runtime, 'kafka' | 'codec' | 'log'>;
  readonly #onProgress: (progress: RebuildProgress) => void;
  /** Next offset to read, by topic and partition. */
  readonly #positions: ReadonlyMap<TopicName, Map<number, bigint>>;

  private constructor(
    runtime: Pick<Runtime, 'kafka' | 'codec' | 'log'>,
    positions: ReadonlyMap<TopicName, Map<number, bigint>>,
    held: readonly { readonly topic: TopicName; readonly records: number }[],
    onProgress: (progress: RebuildProgress) => void,
  ) {
    this.#runtime = runtime;
    this.#positions = positions;
    this.held = held;
    this.#onProgress = onProgress;
  }

  static async open(
    runtime: Pick<Runtime, 'kafka' | 'codec' | 'log'>,
    topics: readonly TopicName[],
    onProgress: (progress: RebuildProgress) => void,
  ): Promise<TopicReader> {
    await using admin = await runtime.kafka.admin();
    const positions = new Map<TopicName, Map<number, bigint>>();
    const held: { topic: TopicName; records: number }[] = [];
    for (const topic of topics) {
      const watermarks = await admin.watermarks(topic);
      positions.set(topic, new Map(watermarks.map(({ partition, low }) => [partition, low])));
      held.push({ topic, records: watermarks.reduce((sum, { low, high }) => sum + Number(high - low), 0) });
    }
    return new TopicReader(runtime, positions, held, onProgress);
  }

  /**
   * Reads what came since the last pass, as far as the target wants, and writes it.
   *
   * @returns how many records were read
   */
  async pass(phase: 'filling' | 'catching-up', target: RebuildTarget): Promise<number> {
    const until = await target.until?.();
    let all = 0;
    for (const [topic, positions] of this.#positions) {
      const total = this.held.find((entry) => entry.topic === topic)?.records ?? 0;
      const boundOf = (partition: number): bigint | undefined =>
        until === undefined ? undefined : (until.get(placeOf({ topic, partition })) ?? 0n);
      if ([...positions].every(([partition, offset]) => offset >= (boundOf(partition) ?? offset + 1n))) continue;
      const from = [...positions].map(([partition, offset]) => ({ topic, partition, offset }));
      let read = 0;
      await this.#runtime.kafka.readToEnd(
        topic,
        async (records) => {
          const messages: Message[] = [];
          for (const record of records) {
            if (record.offset >= (boundOf(record.partition) ?? record.offset + 1n)) continue;
            positions.set(record.partition, record.offset + 1n);
            read += 1;
            const message = await this.#decode(topic, record);
            if (message !== undefined) messages.push(message);
          }
          for (let start = 0; start < messages.length; start += batchSize) {
            await this.#write(target, messages.slice(start, start + batchSize));
          }
          this.#onProgress({ phase, topic, read, total: Math.max(total, read) });
        },
        { from },
      );
      all += read;
    }
    this.read += all;
    return all;
  }

  /** As the runner does it for the live view, so that what that gave up is left out here too. */
  async #decode(topic: TopicName, record: KafkaRecord): Promise<Message | undefined> {
    try {
      return await patiently(async () => decodeMessage(this.#runtime.codec, record));
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      this.#skip(topic, record.partition, record.offset, error);
      return undefined;
    }
  }

  async #write(target: RebuildTarget, messages: readonly Message[]): Promise<void> {
    try {
      await patiently(() => target.write(messages));
    } catch (error) {
      if (error instanceof TransientError || error instanceof FatalError) throw error;
      const [only] = messages;
      if (messages.length === 1 && only !== undefined) {
        this.#skip(only.topic, only.partition, only.offset, error);
        return;
      }
      for (const message of messages) await this.#write(target, [message]);
    }
  }

  #skip(topic: string, partition: number, offset: bigint, error: unknown): void {
    this.skipped += 1;
    this.#runtime.log.warn(
      { err: error, topic, partition, offset: offset.toString() },
      'left out of the rebuild: the record cannot be decoded or stored',
    );
  }
}

/** A rebuild is long; it does not give up over a restart of a store. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt === attempts) throw error;
      await setTimeout(retryAfterMs * 2 ** (attempt - 1));
    }
  }
}
