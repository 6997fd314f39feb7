import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, type Config } from './config.ts';
import { headersAsText } from './event-headers.ts';
import { listDeadLetters, type DeadLetter } from './dead-letter.ts';
import type { KafkaRecord } from './kafka/port.ts';
import { createMemoryKafka, type MemoryKafka } from './kafka/memory.ts';
import { createLocalCodec } from './local-codec.ts';
import { groupOf, startStage, type RunningStage, type RunOptions } from './runner.ts';
import type { Runtime } from './runtime.ts';
import { consumedTopics, type StageDefinition } from './stage.ts';
import { deadLetterTopic, retryTopicOf, topics, type TopicName, type TopicValues } from './topics.ts';
import { VirtualClock } from './virtual-clock.ts';

const dayMs = 86_400_000;

/** Any stage; what it reads and writes is checked where it is defined. */
// eslint-disable-next-line typescript/no-explicit-any
type AnyStage = StageDefinition<any, any>;

export interface DriverOptions extends Omit<RunOptions, 'clock'> {
  /** Where the virtual clock begins, in milliseconds since 1970. */
  readonly startMs?: number;
  /** Settings that differ from the defaults. */
  readonly config?: Partial<Config>;
  readonly log?: Logger;
  readonly partitions?: number;
  /** Outages: see createMemoryKafka. */
  readonly before?: NonNullable<Parameters<typeof createMemoryKafka>[0]>['before'];
}

/** A record of an output topic, decoded. */
export interface Produced<T extends TopicName> {
  readonly key: string;
  readonly value: TopicValues[T] | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TestDriver extends AsyncDisposable {
  readonly runtime: Runtime & { readonly kafka: MemoryKafka };
  readonly clock: VirtualClock;
  readonly stages: readonly RunningStage[];
  /** Puts a record on a topic; nothing happens before `settle` or `advance`. */
  send<T extends TopicName>(
    topic: T,
    key: string,
    value: TopicValues[T] | null,
    headers?: Readonly<Record<string, string>>,
  ): Promise<void>;
  sendBytes(topic: TopicName, key: Buffer | string | null, value: Buffer | null): Promise<void>;
  /**
   * Runs until every stage has done all that there is, moving the clock over every wait.
   *
   * @throws what made a stage fail; Error where a virtual day or 30 real seconds were not enough
   */
  settle(): Promise<void>;
  /** Moves the clock on by so much and lets happen what then happens. */
  advance(ms: number): Promise<void>;
  /** All that was produced to a topic, in order within each key. */
  output<T extends TopicName>(topic: T): Promise<readonly Produced<T>[]>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  stop(): Promise<void>;
}

/**
 * Runs stages as they run in production, with the same runner, over a Kafka in memory, schemas without a registry, and
 * a virtual clock: waits, retries and backoff take no time.
 */
export function createTestDriver(definitions: readonly AnyStage[], options: DriverOptions = {}): TestDriver {
  const { startMs = Date.UTC(2026, 0, 1), config = {}, partitions = 3, before, log, ...run } = options;
  const clock = new VirtualClock(startMs);
  const kafka = createMemoryKafka({ clock, ...(before === undefined ? {} : { before }) });
  const retries = definitions.filter(({ putsOff }) => putsOff === true).map(({ name }) => retryTopicOf(name));
  for (const name of [...Object.keys(topics), ...retries, deadLetterTopic]) {
    kafka.topics.create({ name, partitions, replicationFactor: 1, config: { 'max.message.bytes': String(2 ** 23) } });
  }
  const runtime = {
    config: { ...loadConfig({}), ...config },
    log: log ?? pino({ level: 'silent' }),
    metrics: new Registry(),
    kafka,
    codec: createLocalCodec(),
  };
  const stages = definitions.map((definition) => startStage(definition, runtime, { ...run, clock }));
  let fault: Error | undefined;
  const joined = new Set<RunningStage>();
  for (const stage of stages) {
    stage.failed.catch((error: unknown) => (fault ??= error as Error));
    stage.ready.then(
      () => joined.add(stage),
      () => undefined,
    );
  }

  /** Whether every stage has committed all that its inputs hold. */
  async function isDone(): Promise<boolean> {
    await using admin = await kafka.admin();
    for (const definition of definitions as readonly StageDefinition[]) {
      const consumed = consumedTopics(definition);
      const committed = await admin.committed(run.groupId ?? groupOf(definition.name), consumed);
      for (const topic of consumed) {
        for (const { partition, high } of await admin.watermarks(topic)) {
          const standing = committed.find((one) => one.topic === topic && one.partition === partition);
          if ((standing?.offset ?? 0n) < high) return false;
        }
      }
    }
    return joined.size === stages.length;
  }

  /** Lets pass what happens without the clock. Handlers may do real input and output meanwhile. */
  async function quiet(deadlineMs: number): Promise<void> {
    for (let last = ''; ;) {
      for (let turns = 0; turns < 4; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      const activities = stages.map((stage) => stage.activity());
      const now = `${kafka.topics.appended} ${JSON.stringify(activities)}`;
      const isWorking = activities.some(({ busy, sleeping }) => busy > sleeping);
      if (!isWorking && now === last) return;
      last = now;
      if (isWorking) await new Promise((resolve) => setTimeout(resolve, 1));
      if (performance.now() > deadlineMs) throw new Error(`the stages did not settle: ${describe()}`);
    }
  }

  const describe = (): string =>
    stages.map((stage) => `${stage.name} ${JSON.stringify({ ...stage.activity(), ...stage.health() })}`).join('; ');

  async function runUntil(isOver: () => Promise<boolean>, lastMs: number): Promise<void> {
    const deadlineMs = performance.now() + 30_000;
    for (;;) {
      await quiet(deadlineMs);
      if (fault !== undefined) throw fault;
      if (await isOver()) return;
      const { nextMs } = clock;
      if (nextMs === undefined || nextMs > lastMs) return;
      clock.moveTo(nextMs);
    }
  }

  async function stop(): Promise<void> {
    const state = { isStopped: false };
    const stopped = Promise.all(stages.map((stage) => stage.stop())).finally(() => (state.isStopped = true));
    while (!state.isStopped) {
      for (let turns = 0; turns < 4; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      if (clock.nextMs !== undefined) clock.moveTo(clock.nextMs);
    }
    await stopped;
  }

  return {
    runtime,
    clock,
    stages,
    async send(topic, key, value, headers = {}) {
      const bytes = value === null ? null : await runtime.codec.encode(topic, value);
      kafka.topics.append([{ topic, key, value: bytes, headers }], clock.now());
    },
    async sendBytes(topic, key, value) {
      kafka.topics.append([{ topic, key, value }], clock.now());
    },
    async settle() {
      await runUntil(isDone, clock.now() + dayMs);
      if (!(await isDone())) throw new Error(`the stages did not settle within a day: ${describe()}`);
    },
    async advance(ms) {
      const lastMs = clock.now() + ms;
      await runUntil(async () => false, lastMs);
      clock.moveTo(lastMs);
      await quiet(performance.now() + 30_000);
    },
    async output<T extends TopicName>(topic: T) {
      const records: KafkaRecord[] = [];
      await kafka.readToEnd(topic, async (some) => void records.push(...some));
      return Promise.all(
        records.map(async ({ key, value, headers }) => ({
          key: key?.toString() ?? '',
          value: value === null ? null : await runtime.codec.decode(topic, value),
          headers: headersAsText(headers),
        })),
      );
    },
    deadLetters: () => listDeadLetters(kafka),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
