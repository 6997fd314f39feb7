import type { Logger } from 'pino';
import { settlesWithin } from '../clock.ts';
import { TransientError } from '../errors.ts';
import { passFailPoint } from '../fail-points.ts';
import type { Kafka, KafkaConsumer } from '../kafka/port.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Settings } from './limits.ts';

interface SessionParts {
  readonly stage: string;
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  readonly settings: Settings;
  readonly dispatcher: Dispatcher;
  readonly log: Logger;
}

/** One consumer's life, from joining the group to its end. */
export class Session implements AsyncDisposable {
  /** Resolves with the reason when the consumer has ended by itself or was told to. */
  readonly ended: Promise<Error>;
  readonly #end: (reason: Error) => void;
  readonly #parts: SessionParts;
  readonly #consumer: KafkaConsumer;
  readonly #stopCommits = new AbortController();
  #committing: Promise<void> | undefined;
  #isCommitScheduled = false;

  private constructor(parts: SessionParts, consumer: KafkaConsumer) {
    this.#parts = parts;
    this.#consumer = consumer;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.ended = promise;
    this.#end = resolve;
  }

  /** @throws TransientError where Kafka is away, FatalError where it refuses */
  static async open(parts: SessionParts): Promise<Session> {
    const { kafka, topics, settings } = parts;
    const { groupId, from, sessionTimeoutMs } = settings;
    const consumer = await kafka.consumer({ groupId, topics, from, sessionTimeoutMs });
    return new Session(parts, consumer);
  }

  /** Resolves once the first assignment is known. */
  async run(): Promise<void> {
    const { dispatcher, settings } = this.#parts;
    await this.#consumer.run({
      onRecords: (partition, records) => dispatcher.deliver(partition, records),
      onAssigned: (partitions) => dispatcher.assign(partitions, this.#consumer),
      onRevoking: async (boundMs) => {
        dispatcher.hold();
        await settlesWithin(settings.clock, boundMs * 0.7, dispatcher.idle());
        await settlesWithin(settings.clock, boundMs * 0.2, this.commit());
      },
      onFailed: (error) => this.#end(error),
    });
  }

  get lastFetchAtMs(): number {
    return this.#consumer.lastFetchAtMs();
  }

  restart(reason: Error): void {
    this.#end(reason);
  }

  /** Commits what is done. A failure is no fault: the offsets go with the next commit, or the records come again. */
  async commit(): Promise<void> {
    // One at a time: an older commit that arrives late must not take back a newer one.
    await this.#committing;
    this.#committing = this.#commitOnce();
    await this.#committing;
  }

  async #commitOnce(): Promise<void> {
    const { dispatcher, log } = this.#parts;
    const offsets = dispatcher.committable();
    if (offsets.length === 0) return;
    try {
      await this.#consumer.commit(offsets);
      passFailPoint('committed', this.#parts.stage);
      dispatcher.markCommitted(offsets);
    } catch (error) {
      if (error instanceof TransientError) log.debug({ err: error }, 'offsets were not committed yet');
      else this.#end(error as Error);
    }
  }

  /** Something was done: commits after the interval, together with what is done until then. */
  readonly scheduleCommit = (): void => {
    if (this.#isCommitScheduled) return;
    this.#isCommitScheduled = true;
    void this.#commitLater();
  };

  async #commitLater(): Promise<void> {
    const { clock, commitIntervalMs } = this.#parts.settings;
    try {
      await clock.sleep(commitIntervalMs, this.#stopCommits.signal);
    } catch {
      return;
    }
    await this.commit();
    this.#isCommitScheduled = false;
    if (this.#parts.dispatcher.committable().length > 0) this.scheduleCommit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopCommits.abort();
    this.#end(new Error('closed'));
    await this.#consumer[Symbol.asyncDispose]();
  }
}
