import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enriched, feed, id, message } from '../views/messages.ts';
import { openReceiver, secretKeys, webhookTo } from '../notify/notifying.ts';
import { forkWatch, openWatched, type Watched } from './watching.ts';

const soon = { timeout: 80_000, interval: 100 };
const timeout = 180_000;
let watched: Watched;
let running: ChildProcess | undefined;
let number = 0;

beforeAll(async () => {
  watched = await openWatched({ MIMIR_SECRET_KEYS: secretKeys, MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
});
afterEach(async () => {
  running?.kill('SIGKILL');
  // What it did not note any more would be sent again, and counted, in the next test.
  await watched.world.pool.query('delete from notification_channels');
});
afterAll(() => watched?.[Symbol.asyncDispose]());

function article(title: string) {
  number += 1;
  const whole = enriched(number, 1, { title, text: 'x' });
  const collected = { ...whole.article, fetched_at: Date.now(), feed_ids: [feed('a')] };
  return message('article-enriched', id(number), { ...whole, article: collected });
}

/** Dies at the point, once it has come by, and is followed by one that goes on. */
async function killedAt(point: string): Promise<void> {
  const doomed = forkWatch(watched, { MIMIR_FAIL_AT: point });
  running = doomed.child;
  expect(await doomed.ended).toBe('SIGKILL');
  running = forkWatch(watched, {}).child;
}

const alertsOf = async (title: string) =>
  (await watched.world.pool.query('select id from alerts where title = $1', [title])).rows;
const toldStreams = async (title: string): Promise<number> => {
  let count = 0;
  await watched.topics.kafka.readToEnd('alert', async (records) => {
    for (const { value } of records) {
      if (value !== null && (await watched.runtime.codec.decode('alert', value)).title === title) count += 1;
    }
  });
  return count;
};

test.each([
  ['before the transaction is committed', 'watch:postgres-written'],
  ['after it, before the offset is', 'watch:postgres-committed'],
])(
  'an alert is raised once, and arrives once, through a kill %s',
  async (_, point) => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(watched.world, receiver);
    const word = `comet${number}`;
    await watched.searchesOf().create({ name: word, query: word, alert_enabled: true, channel_ids: [channel.id] });
    const waiting = async () => (await watched.world.pool.query('select from outbox')).rowCount;
    await expect.poll(waiting, soon).toBe(0);
    await watched.topics.produce([article(word)]);
    await killedAt(point);
    await expect.poll(() => receiver.received.length, soon).toBe(1);
    await watched.topics.produce([article(word)]);
    await expect.poll(() => receiver.received.length, soon).toBe(2);
    expect(await alertsOf(word)).toHaveLength(2);
    await expect.poll(() => toldStreams(word), soon).toBe(2);
    expect(new Set(receiver.received.map(({ body }) => body.data.alerts[0].id)).size).toBe(2);
  },
  timeout,
);

test(
  'a notification that was sent by a process that was killed before it knew comes again, with the same id',
  async () => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(watched.world, receiver);
    const word = `meteor${number}`;
    await watched.searchesOf().create({ name: word, query: word, alert_enabled: true, channel_ids: [channel.id] });
    await watched.topics.produce([article(word)]);
    await killedAt('notify:outbox-sent');
    await expect.poll(() => receiver.received.length, soon).toBe(2);
    const [one, two] = receiver.received;
    expect([two?.id, two?.text]).toEqual([one?.id, one?.text]);
    const left = async () =>
      (await watched.world.pool.query('select from notifications where delivered_at is null')).rowCount;
    await expect.poll(left, soon).toBe(0);
    expect(receiver.received).toHaveLength(2);
  },
  timeout,
);
