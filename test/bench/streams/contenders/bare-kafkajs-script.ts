/**
 * The fastest plain loop on kafkajs: consumes batches, decodes, transforms, encodes and sends; commits after the
 * acknowledgement. One request is under way while the next batch is fetched and worked on. Idempotent, so one request
 * at a time. No headers, no metrics, no retries of its own, no dead letters: the first error ends it.
 *
 * Takes the flags of floor-script.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs, { type EachBatchPayload, type Message } from 'kafkajs';
import { Stopwatch } from '../stopwatch.ts';
import { transform } from '../transform.ts';
import { contenderFlags } from './flags.ts';
import { prepare } from './prepare.ts';
import { fail, print, told } from './talk.ts';
import { openWire } from './wire.ts';

const commitIntervalMs = 100;

const flags = contenderFlags();
const { brokers, input, output, group } = flags;
const { None, GZIP, ZSTD } = kafkajs.CompressionTypes;
const compression = { none: None, gzip: GZIP, zstd: ZSTD }[flags.compression];
// kafkajs has gzip alone.
kafkajs.CompressionCodecs[ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
});

const stopwatch = new Stopwatch(await prepare(flags));
const wire = await openWire(flags);
const client = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: kafkajs.logLevel.ERROR });
const producer = client.producer({ idempotent: true, allowAutoTopicCreation: false });
const consumer = client.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: 250 });
await producer.connect();
await consumer.connect();

const done = new Map<number, bigint>();
let sending: Promise<void> = Promise.resolve();
let isDirty = false;

await consumer.subscribe({ topics: [input], fromBeginning: true });
await consumer.run({ autoCommit: false, eachBatch });
commitNowAndThen().catch(fail);
await (flags.until === 'end' ? stopwatch.finished : told());
print(stopwatch.report());
await Promise.all([consumer.disconnect(), producer.disconnect()]);
process.exit(0);

async function eachBatch({ batch }: EachBatchPayload): Promise<void> {
  stopwatch.sawRecords();
  const messages = batch.messages.map(({ key, value }): Message => {
    if (value === null) throw new Error('a tombstone');
    return { key, value: wire.encode(transform(wire.decode(value))) };
  });
  const next = BigInt(batch.lastOffset()) + 1n;
  await sending;
  sending = send(messages, batch.partition, next);
  sending.catch(fail);
}

async function send(messages: Message[], partition: number, next: bigint): Promise<void> {
  await producer.send({ topic: output, messages, acks: -1, compression });
  done.set(partition, next);
  isDirty = true;
}

async function commitNowAndThen(): Promise<void> {
  for (;;) {
    await sleep(commitIntervalMs);
    if (!isDirty) continue;
    isDirty = false;
    const offsets = [...done].map(([partition, offset]) => ({ partition, offset }));
    await consumer.commitOffsets(
      offsets.map(({ partition, offset }) => ({ topic: input, partition, offset: offset.toString() })),
    );
    stopwatch.sawCommit(offsets);
  }
}
