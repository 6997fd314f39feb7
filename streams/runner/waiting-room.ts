import { backoffMs } from '../clock.ts';
import { TransientError } from '../errors.ts';
import { passFailPoint } from '../fail-points.ts';
import type { Kafka, KafkaRecord, TopicPartition } from '../kafka/port.ts';
import type { StageTally } from '../metrics.ts';
import type { StageContext } from '../stage.ts';
import { retryTopicOf } from '../topics.ts';
import type { Settings } from './limits.ts';
import { keyOf } from './message.ts';
import type { Entry } from './partition-work.ts';
import { PutOffKeys } from './put-off.ts';
import { retryOf, retryRecord } from './retry-topic.ts';
import type { SendQueue } from './send-queue.ts';

interface WaitingRoomParts {
  readonly stage: string;
  readonly kafka: Kafka;
  readonly queue: SendQueue;
  readonly settings: Settings;
  readonly tally: StageTally;
}

/**
 * The stage's retry topic: messages that were put off, and those of the same keys that came later. It is read by the
 * same process that reads the inputs' partitions of the same number, so one process knows all that waits of a key.
 */
export class WaitingRoom {
  readonly #parts: WaitingRoomParts;
  readonly #topic: string;
  readonly #keys = new PutOffKeys();

  constructor(parts: WaitingRoomParts) {
    this.#parts = parts;
    this.#topic = retryTopicOf(parts.stage);
  }

  /** Keys that wait. */
  get size(): number {
    return this.#keys.size;
  }

  get isFull(): boolean {
    return this.#keys.isFull;
  }

  /** Whether the entry was read from here. */
  isIn({ record }: Entry): boolean {
    return record.topic === this.#topic;
  }

  /** Whether messages of the key wait here, so that a later one must go behind them. */
  holds(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Writes the entry's message to the retry topic, behind all of its key; then its own offset may go on. */
  async moveIn(entry: Entry, key: string, afterMs: number): Promise<'moved'> {
    const { stage, queue, settings, tally } = this.#parts;
    const now = settings.clock.now();
    // Known at once: whoever of the same key comes now must not go ahead while this is being written.
    this.#keys.add(key);
    const [refusal] = await queue.send([retryRecord(stage, entry.record, { dueMs: now + afterMs, sinceMs: now })]);
    if (refusal !== undefined) throw refusal.error;
    passFailPoint('retry-written', stage);
    tally.messages.add(1, 'put_off', '');
    return 'moved';
  }

  moveOut(key: string): void {
    this.#keys.remove(key);
  }

  /** Resolves when the entry may be tried, or its partition is lost. */
  async untilDue({ record, work }: Entry): Promise<void> {
    const { clock } = this.#parts.settings;
    const waitMs = (retryOf(record)?.dueMs ?? 0) - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, work.signal).catch(() => undefined);
  }

  contextOf({ record }: Entry, context: StageContext): StageContext {
    const retry = retryOf(record);
    return retry === undefined ? context : { ...context, putOffSinceMs: retry.sinceMs };
  }

  /**
   * Learns which keys wait, for partitions that this process has just been given.
   *
   * @throws what is not transient
   */
  async restore(partitions: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
    const { settings } = this.#parts;
    this.#keys.clear();
    const held = new Set(partitions.filter(({ topic }) => topic === this.#topic).map(({ partition }) => partition));
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.#read(held, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof TransientError)) throw error;
        this.#keys.clear();
        const waitMs = backoffMs(attempt, settings.transientBackoffMs, settings.transientBackoffMaxMs);
        await settings.clock.sleep(waitMs, signal).catch(() => undefined);
      }
    }
  }

  async #read(held: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    const { kafka, settings } = this.#parts;
    const topic = this.#topic;
    await using admin = await kafka.admin();
    const marks = await admin.watermarks(topic);
    const committed = await admin.committed(settings.groupId, [topic]);
    const from = marks.map(({ partition, low, high }) => {
      const standing = committed.find((one) => one.partition === partition)?.offset ?? low;
      return { topic, partition, offset: held.has(partition) ? standing : high };
    });
    if (
      from.every(({ partition, offset }) => offset >= (marks.find((one) => one.partition === partition)?.high ?? 0n))
    ) {
      return;
    }
    const remember = async (records: readonly KafkaRecord[]): Promise<void> => {
      for (const record of records) {
        const key = keyOf(record);
        if (key !== undefined && held.has(record.partition)) this.#keys.add(key);
      }
    };
    await kafka.readToEnd(topic, remember, { from, signal });
  }
}
