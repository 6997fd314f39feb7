/**
 * The stream floor as a contender: a stage on the real runner, with the registry's codec, metrics, tracing headers and
 * dead letters. Prints a ContenderReport as one line of JSON.
 *
 * By hand, for a profile (the addresses are those of `mimir up`, unless the environment says others):
 *
 *     node test/bench/streams/prepare-script.ts --messages 100000
 *     node --cpu-prof --cpu-prof-dir=/tmp/profile test/bench/streams/contenders/floor-script.ts | node test/bench/streams/rates-script.ts
 *     node test/bench/streams/contenders/bare-kafkajs-script.ts | node test/bench/streams/rates-script.ts
 *
 * Flags: `--client kafkajs|platformatic`, `--handler batch|each`, `--concurrency 16`, `--compression none|gzip|zstd`, `--output TOPIC`
 * (a new one by default), `--group GROUP` (a new one by default), `--brokers`, `--registry`, `--sleep-ms`,
 * `--until end|told`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Article } from '../../../../schemas/types.ts';
import { loadConfig } from '../../../../streams/config.ts';
import type { Kafka } from '../../../../streams/kafka/port.ts';
import { connectKafka } from '../../../../streams/kafka/connect.ts';
import { openCodec } from '../../../../streams/registry-codec.ts';
import { runStage } from '../../../../streams/runner.ts';
import { emit, type Handler, type Message, type Outcome, type StageDefinition } from '../../../../streams/stage.ts';
import { benchTypes } from '../topics.ts';
import { Stopwatch } from '../stopwatch.ts';
import { transform } from '../transform.ts';
import { contenderFlags, type ContenderFlags } from './flags.ts';
import { prepare } from './prepare.ts';
import { print, told } from './talk.ts';

const maxBatch = 500;
const commitIntervalMs = 100;

type In = 'article-unique';
type Out = 'article-enriched';

const flags = contenderFlags();
const { brokers, registryUrl, log } = flags;
const { client, compression } = flags;
await using kafka = connectKafka({ client, brokers, clientId: 'bench', log, compression });
const stopwatch = new Stopwatch(await prepare(flags));
const codec = openCodec(registryUrl, log, { types: benchTypes(flags) });
await codec.registerAll();

const running = await runStage(
  stageOf(flags),
  { config: loadConfig(), log, metrics: new Registry(), kafka: timed(kafka), codec },
  { groupId: flags.group, commitIntervalMs },
);
await Promise.race([running.failed, flags.until === 'end' ? stopwatch.finished : told()]);
const report = stopwatch.report();
await running.stop();
print(report);
process.exit(0);

function stageOf({ input, output, handler, concurrency, sleepMs }: ContenderFlags): StageDefinition<In, Out> {
  // The runner knows topics by their names alone; these stand for article-unique and article-enriched.
  const outputTopic = output as Out;
  const answer = ({ key, value }: Message<In>): Outcome<Out> =>
    emit([{ topic: outputTopic, key, value: transform(value as Article) }]);
  const each: Handler<In, Out> = {
    kind: 'each',
    concurrency,
    async process(message) {
      if (sleepMs > 0) await sleep(sleepMs);
      return answer(message);
    },
  };
  const batch: Handler<In, Out> = { kind: 'batch', maxBatch, process: async (messages) => messages.map(answer) };
  return {
    name: 'bench',
    purpose: 'Does as little as possible between consuming and producing',
    inputs: [input as In],
    outputs: [outputTopic],
    open: async () => ({ handler: handler === 'batch' ? batch : each }),
  };
}

/** Tells the stopwatch of deliveries and acknowledged commits. */
function timed(inner: Kafka): Kafka {
  return {
    ...inner,
    async consumer(options) {
      const consumer = await inner.consumer(options);
      return {
        ...consumer,
        run: (handlers) =>
          consumer.run({
            ...handlers,
            onRecords: (partition, records) => {
              stopwatch.sawRecords();
              handlers.onRecords(partition, records);
            },
          }),
        commit: async (offsets) => {
          await consumer.commit(offsets);
          stopwatch.sawCommit(offsets);
        },
      };
    },
  };
}
