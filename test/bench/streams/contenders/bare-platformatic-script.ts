/**
 * The fastest plain loop on @platformatic/kafka: reads the client's stream, decodes, transforms and encodes what has
 * come, and sends it; commits after the acknowledgement. One request is under way while the stream fetches and the next
 * messages are worked on. Idempotent, so one request at a time. No headers, no metrics, no retries of its own, no dead
 * letters: the first error ends it.
 *
 * Takes the flags of floor-script.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, Producer, type Message, type MessageToProduce } from '@platformatic/kafka';
import { Stopwatch } from '../stopwatch.ts';
import { transform } from '../transform.ts';
import { contenderFlags } from './flags.ts';
import { prepare } from './prepare.ts';
import { fail, print, told } from './talk.ts';
import { openWire } from './wire.ts';

const commitIntervalMs = 100;
const maxSend = 2_000;
const maxWaiting = 4 * maxSend;

const flags = contenderFlags();
const { brokers, input, output, group, compression } = flags;

const stopwatch = new Stopwatch(await prepare(flags));
const wire = await openWire(flags);
const client = { clientId: 'bench', bootstrapBrokers: [...brokers] };
const producer = new Producer({ ...client, idempotent: true, compression, autocreateTopics: false });
const consumer = new Consumer({ ...client, groupId: group });
const stream = await consumer.consume({
  topics: [input],
  mode: 'committed',
  fallbackMode: 'earliest',
  autocommit: false,
  maxWaitTime: 250,
  maxBytesPerPartition: 1024 * 1024,
  highWaterMark: maxWaiting,
});

const done = new Map<number, Pick<Message, 'offset' | 'leaderEpoch'>>();
let waiting: Message[] = [];
let isDirty = false;
let isSending = false;

stream.on('error', fail);
stream.on('data', (message) => {
  stopwatch.sawRecords();
  waiting.push(message);
  if (waiting.length >= maxWaiting) stream.pause();
  if (isSending) return;
  isSending = true;
  // What came with the same answer goes together.
  setImmediate(() => void sendAll().catch(fail));
});
commitNowAndThen().catch(fail);
await (flags.until === 'end' ? stopwatch.finished : told());
print(stopwatch.report());
process.exit(0);

async function sendAll(): Promise<void> {
  let sent: Promise<void> = Promise.resolve();
  while (waiting.length > 0) {
    const messages = waiting.slice(0, maxSend);
    waiting = waiting.slice(maxSend);
    if (stream.isPaused() && waiting.length < maxSend) stream.resume();
    const records = messages.map(({ key, value }) => ({
      topic: output,
      key,
      value: wire.encode(transform(wire.decode(value))),
    }));
    await sent;
    sent = send(records, messages);
    sent.catch(fail);
    // Until the acknowledgement there is time to take up what has come meanwhile.
    if (waiting.length === 0) await sent;
  }
  await sent;
  isSending = false;
}

async function send(records: MessageToProduce[], messages: readonly Message[]): Promise<void> {
  await producer.send({ messages: records, acks: -1 });
  for (const { partition, offset, leaderEpoch } of messages) done.set(partition, { offset: offset + 1n, leaderEpoch });
  isDirty = true;
}

async function commitNowAndThen(): Promise<void> {
  for (;;) {
    await sleep(commitIntervalMs);
    if (!isDirty) continue;
    isDirty = false;
    const offsets = [...done].map(([partition, place]) => ({ topic: input, partition, ...place }));
    await consumer.commit({ offsets });
    stopwatch.sawCommit(offsets);
  }
}
