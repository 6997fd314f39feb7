import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { feedId } from '../../../domain/identity.ts';
import { feedHealth } from '../../../gateways/feed-health/feed-health.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { openSources } from '../../../gateways/services/sources/sources.ts';
import type { FeedStatus } from '../../../schemas/types.ts';
import type { Message } from '../../../streams/stage.ts';
import { openView, type RunningView } from '../views/running-stage.ts';
import { status } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
let stage: RunningView<'feed-status'>;

beforeAll(async () => {
  world = await openWorld();
  stage = await openView(feedHealth, world.runtime.config);
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query('truncate outbox, sources, feeds cascade');
});

const startMs = Date.parse('2026-03-01T12:00:00Z');
const address = 'https://news.example.org/feed';
const sources = () =>
  openSources({ db: typedQueries(world.pool), organizationId: defaultOrganizationId, now: Date.now });

/** Of the feed at the address, so many minutes after the start. */
function statusAt(minutes: number, parts: Partial<FeedStatus> = {}, url = address): Message<'feed-status'> {
  const message = status('a', startMs + minutes * 60_000, { feed_id: feedId(url), ...parts });
  return { ...message, key: feedId(url) };
}
const broken = { outcome: 'failed', error_detail: 'no answer' } as const;

async function feeds(): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await world.pool.query('select * from feeds order by url');
  return rows;
}

test('statuses become the health of their feed, a batch at a time and in order', async () => {
  await sources().create({ name: 'a', url: address });
  await stage.process(statusAt(0), statusAt(1, broken), statusAt(2, broken));
  expect(await feeds()).toMatchObject([{ health: 'degraded', failures: 2, entry_count: 10 }]);
  await stage.process(statusAt(3, broken));
  expect(await feeds()).toMatchObject([{ health: 'failing', failures: 3 }]);
});

test('a retry is counted from the clock of the database, whatever the collector’s clock says', async () => {
  await sources().create({ name: 'a', url: address });
  await stage.process(statusAt(1_000_000, broken));
  const { rows } = await world.pool.query('select extract(epoch from retry_at - now())::float8 as seconds from feeds');
  expect(rows[0].seconds).toBeGreaterThan(50);
  expect(rows[0].seconds).toBeLessThanOrEqual(60);
});

test.each([
  ['nobody wishes anything', [{}], true],
  ['one who follows it wishes nothing', [{ interval_seconds: 3_600 }, {}], true],
  ['all who follow it have a wish', [{ interval_seconds: 3_600 }, { frequency: 'daily' as const }], false],
  ['who wishes nothing has switched it off', [{ interval_seconds: 3_600 }, { enabled: false }], false],
])(
  'a feed that turns over within seconds, where %s, is asked again in time, or as was planned: %j %j',
  async (_, wishes, hastened) => {
    for (const [index, wish] of wishes.entries()) {
      await sources().create({ name: `${index}`, url: address, ...wish });
    }
    await world.pool.query("update feeds set next_due_at = now() + interval '15 minutes'");
    await stage.process(statusAt(0, { entry_count: 30, newest_at: startMs, oldest_at: startMs - 15_000 }));
    const { rows } = await world.pool.query(
      'select extract(epoch from next_due_at - now())::float8 as seconds from feeds',
    );
    expect(rows[0].seconds < 10).toBe(hastened);
  },
);

test('a repeat, a replay and a late one change nothing', async () => {
  await sources().create({ name: 'a', url: address });
  const all = [statusAt(0), statusAt(1, broken), statusAt(2, broken)];
  await stage.process(...all);
  const before = await feeds();
  await stage.process(...all);
  await stage.process(statusAt(2, { ...broken, error_detail: 'something else at the same time' }));
  await stage.process(statusAt(1.5));
  expect(await feeds()).toEqual(before);
});

test('two processes that take in the same statuses at once count each once', async () => {
  await sources().create({ name: 'a', url: address });
  await using other = await openView(feedHealth, world.runtime.config);
  const all = [statusAt(1, broken), statusAt(2, broken), statusAt(3, broken)];
  await Promise.all([stage.process(...all), other.process(...all), stage.process(...all)]);
  expect(await feeds()).toMatchObject([{ failures: 3 }]);
});

test('a status of a feed that nobody follows is left aside', async () => {
  await stage.process(statusAt(0), { ...statusAt(1), value: null });
  expect(await feeds()).toEqual([]);
});

test('a feed that says three times that it has moved is followed there by all its sources', async () => {
  const moved_to = 'https://feeds.example.org/all';
  const a = await sources().create({ name: 'a', url: address });
  const b = await sources().create({ name: 'b', url: `${address}#b` });
  await stage.process(statusAt(0, { moved_to }), statusAt(15, { moved_to }));
  expect(await feeds()).toMatchObject([{ url: address, health: 'degraded' }]);
  await stage.process(statusAt(30, { moved_to }));
  expect(await feeds()).toMatchObject([{ id: feedId(moved_to), url: moved_to }]);
  for (const { id } of [a, b]) {
    expect(await sources().get(id)).toMatchObject({ url: moved_to, feed_id: feedId(moved_to) });
  }
  const { rows } = await world.pool.query('select id, url, feed_id from former_feeds');
  expect(rows).toEqual([{ id: feedId(address), url: address, feed_id: feedId(moved_to) }]);
  await stage.process(statusAt(45, { moved_to }));
  expect(await feeds()).toHaveLength(1);
});

test('where the new address is followed already, the sources are joined to it', async () => {
  const moved_to = 'https://feeds.example.org/all';
  await sources().create({ name: 'there', url: moved_to });
  await stage.process(statusAt(0, {}, moved_to));
  await sources().create({ name: 'a', url: address });
  await stage.process(...[0, 15, 30].map((minutes) => statusAt(minutes, { moved_to })));
  expect(await feeds()).toMatchObject([{ id: feedId(moved_to), health: 'healthy' }]);
  const { items } = await sources().list({});
  expect(items.map(({ item }) => item.feed_id)).toEqual([feedId(moved_to), feedId(moved_to)]);
});

test('a feed that moves on takes along where it came from', async () => {
  const [second, third] = ['https://news.example.org/2', 'https://news.example.org/3'];
  await sources().create({ name: 'a', url: address });
  await stage.process(...[0, 15, 30].map((minutes) => statusAt(minutes, { moved_to: second })));
  await stage.process(...[45, 60, 75].map((minutes) => statusAt(minutes, { moved_to: third }, second)));
  const { rows } = await world.pool.query('select url, feed_id from former_feeds order by url');
  expect(rows).toEqual([
    { url: second, feed_id: feedId(third) },
    { url: address, feed_id: feedId(third) },
  ]);
});
