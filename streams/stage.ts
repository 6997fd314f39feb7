import type { Logger } from 'pino';
import type { TopicPartitionOffset } from './kafka/port.ts';
import type { Runtime } from './runtime.ts';
import { retryTopicOf, type TopicName, type TopicValues } from './topics.ts';

/** A record of a topic, decoded. */
export type Message<T extends TopicName = TopicName> = {
  readonly [N in T]: {
    readonly topic: N;
    readonly partition: number;
    readonly offset: bigint;
    readonly key: string;
    /** Null is a tombstone: the key's thing is gone. */
    readonly value: TopicValues[N] | null;
    readonly headers: Readonly<Record<string, string>>;
    /** Milliseconds since 1970. */
    readonly timestampMs: number;
  };
}[T];

/** A record to be produced. The runner adds event id, trace and CloudEvents headers. */
export type Output<T extends TopicName = TopicName> = {
  readonly [N in T]: { readonly topic: N; readonly key: string; readonly value: TopicValues[N] | null };
}[T];

/**
 * What became of a message. The stage says it, the runner acts: it produces, waits for the acknowledgement, then
 * commits; it writes dead letters and counts drops by their reason (a few words with hyphens; it becomes a metric label).
 */
export type Outcome<Out extends TopicName = TopicName> =
  | {
      readonly kind: 'emit';
      readonly outputs: readonly Output<Out>[];
      /** Called after all outputs are acknowledged and before the offset is committed. May be called again on a repeat. */
      readonly onAcknowledged?: () => Promise<void>;
    }
  | { readonly kind: 'drop'; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string; readonly detail?: string };

export const emit = <Out extends TopicName>(
  outputs: readonly Output<Out>[],
  onAcknowledged?: () => Promise<void>,
): Outcome<Out> =>
  onAcknowledged === undefined ? { kind: 'emit', outputs } : { kind: 'emit', outputs, onAcknowledged };
export const drop = (reason: string): Outcome<never> => ({ kind: 'drop', reason });
export const dead = (reason: string, detail?: string): Outcome<never> =>
  detail === undefined ? { kind: 'dead', reason } : { kind: 'dead', reason, detail };
/** The message has had its effect, and nothing follows from it: what a view says. */
export const done: Outcome<never> = { kind: 'emit', outputs: [] };

export interface StageContext {
  /** Milliseconds since 1970; virtual in tests. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly log: Logger;
  /** When the message was put off first, in milliseconds since 1970; undefined at its first try. */
  readonly putOffSinceMs?: number;
  /** Aborted when the stage is to stop now, or the partition was lost: whatever waits should throw. */
  readonly signal: AbortSignal;
}

/**
 * A row of the topology: what a stage or a view reads and writes, and how it is opened. A view is a stage without
 * outputs that writes to a store.
 */
export interface StageDefinition<In extends TopicName = TopicName, Out extends TopicName = TopicName> {
  /** Name in the command line, metrics, and (behind `mimir.`) of the consumer group. */
  readonly name: string;
  /** One sentence for people. */
  readonly purpose: string;
  /** In order of precedence: while an earlier topic has records waiting, later ones are held back. */
  readonly inputs: readonly In[];
  readonly outputs: readonly Out[];
  /** Compacted topics of people's settings that the stage holds whole in its memory (streams/table.ts); no inputs. */
  readonly tables?: readonly TopicName[];
  /**
   * True where the stage throws PutOffError: it then has a retry topic, in which such messages wait while others go on.
   * Only for handlers of kind `each`.
   */
  readonly putsOff?: boolean;
  /**
   * Raised when the outputs for the same input change: part of their event ids, and added to the versions of what the
   * stage makes, so that a replay replaces what it had made before. Default 1.
   */
  readonly revision?: number;
  /** The store that a view writes to, for the topology's picture. */
  readonly store?: string;
  /** @throws FatalError where the stage cannot work with the given configuration */
  open(runtime: Runtime): Promise<Stage<In, Out>>;
  /**
   * For a stage that keeps its positions in its own store, beside what it wrote: sets them as the group's offsets are
   * about to be set, by a replay. Called while no process runs the stage. May be repeated.
   */
  movePositions?(runtime: Pick<Runtime, 'config' | 'log'>, offsets: readonly TopicPartitionOffset[]): Promise<void>;
}

/** Every topic that the stage's group reads: its inputs, and its retry topic where it has one. */
export function consumedTopics({
  name,
  inputs,
  putsOff,
}: Pick<StageDefinition, 'name' | 'inputs' | 'putsOff'>): readonly string[] {
  return putsOff === true ? [...inputs, retryTopicOf(name)] : inputs;
}

/**
 * A processor of messages. It holds no state but caches that can be rebuilt. Repeats must be harmless: after a crash
 * the same message comes again.
 *
 * Throw TransientError where something is away (the runner waits and tries again), PutOffError where only this message
 * has to wait, FatalError to stop the stage; anything else is tried three times and becomes a dead letter.
 */
export interface Stage<In extends TopicName = TopicName, Out extends TopicName = TopicName> {
  readonly handler: Handler<In, Out>;
  /** What is amiss although the stage works, for people; undefined where nothing is. */
  degraded?(): string | undefined;
  /** Called once the consumer has stopped. */
  close?(): Promise<void>;
}

export type Handler<In extends TopicName, Out extends TopicName> =
  | {
      readonly kind: 'each';
      /** How many messages of different keys may be under way in this process. Messages of one key never overlap. */
      readonly concurrency: number;
      /**
       * What a message stands in line for, from its key; the key itself unless told. Messages of one lane never overlap
       * in this process, so that many keys of one lane take one place. Behind a message that was put off only later ones
       * of its key wait, and its further tries are a line of their own.
       */
      readonly lane?: (key: string) => string;
      process(message: Message<In>, context: StageContext): Promise<Outcome<Out>>;
    }
  | {
      readonly kind: 'batch';
      /** Messages at most in one call. */
      readonly maxBatch: number;
      /**
       * Gets messages of one or more partitions, in order within each; answers with one outcome a message, in the same
       * order. When it throws a poison error, the runner calls it again with each message alone. It is called with the
       * next messages while the outputs of those before are on their way; these are produced in order.
       */
      process(messages: readonly Message<In>[], context: StageContext): Promise<readonly Outcome<Out>[]>;
    };
