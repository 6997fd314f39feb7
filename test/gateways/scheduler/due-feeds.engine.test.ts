import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { feedId } from '../../../domain/identity.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { requestDueFeeds } from '../../../gateways/scheduler/due-feeds.ts';
import { scheduler } from '../../../gateways/scheduler/scheduler.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { openSources } from '../../../gateways/services/sources/sources.ts';
import type { CollectRequest } from '../../../schemas/types.ts';
import { openWorld, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await world.pool.query('truncate outbox, sources, feeds cascade');
});

const options = { defaultIntervalSeconds: 900, limit: 10 };
const sources = () =>
  openSources({ db: typedQueries(world.pool), organizationId: defaultOrganizationId, now: Date.now });
const follow = (number: number) => sources().create({ name: `feed ${number}`, url: `https://h${number}.example/feed` });
const look = () => requestDueFeeds(typedQueries(world.pool), options);

async function requests(): Promise<
  readonly { readonly topic: string; readonly key: string; readonly payload: CollectRequest }[]
> {
  return (await world.pool.query('select topic, key, payload from outbox order by id')).rows;
}

test('a new feed is asked for once, and then when its interval has passed', async () => {
  await follow(1);
  expect([await look(), await look()]).toEqual([1, 0]);
  const [request] = await requests();
  expect(request).toMatchObject({
    topic: 'collect-request',
    key: 'h1.example',
    payload: {
      kind: 'feed',
      reason: 'schedule',
      feed_id: feedId('https://h1.example/feed'),
      connector: 'feed',
      url: 'https://h1.example/feed',
      visibility: 'public',
      entry: null,
    },
  });
  await world.pool.query("update feeds set next_due_at = now() - interval '1 second'");
  expect([await look(), await look()]).toEqual([1, 0]);
  const ids = (await requests()).map(({ payload }) => payload.request_id);
  expect(new Set(ids).size).toBe(2);
});

test('the same due time gives the same request id', async () => {
  await follow(1);
  for (let n = 0; n < 2; n += 1) {
    await world.pool.query("update feeds set next_due_at = '2026-01-01T00:00:00Z'");
    await look();
  }
  const [first, second] = await requests();
  expect(first?.payload.request_id).toBe(second?.payload.request_id);
});

test('the next time lies between half an interval and one and a half from now, at a place of the feed’s own', async () => {
  for (let n = 0; n < 8; n += 1) await follow(n);
  await look();
  const { rows } = await world.pool.query(
    'select extract(epoch from next_due_at - last_requested_at)::float8 as wait, extract(epoch from next_due_at)::bigint % 900 as place from feeds',
  );
  for (const { wait } of rows) {
    expect(wait).toBeGreaterThanOrEqual(450);
    expect(wait).toBeLessThanOrEqual(1351);
  }
  expect(new Set(rows.map(({ place }) => place)).size).toBeGreaterThan(4);
  const before = rows.map(({ place }) => place).sort((a, b) => a - b);
  await world.pool.query("update feeds set next_due_at = now() - interval '1 minute'");
  await look();
  const again = await world.pool.query('select extract(epoch from next_due_at)::bigint % 900 as place from feeds');
  expect(again.rows.map(({ place }) => place).sort((a, b) => a - b)).toEqual(before);
});

test.each([
  ['an interval of its own', 'update feeds set interval_seconds = 60', 90.5],
  ['an interval of a second', 'update feeds set interval_seconds = 1', 2.5],
])('a feed with %s comes back within it', async (_, change, atMostSeconds) => {
  await follow(1);
  await world.pool.query(change);
  await look();
  const { rows } = await world.pool.query(
    'select extract(epoch from next_due_at - last_requested_at)::float8 as wait from feeds',
  );
  expect(rows[0].wait).toBeGreaterThan(0);
  expect(rows[0].wait).toBeLessThanOrEqual(atMostSeconds);
});

test('a feed that nobody follows, or whose sources are all switched off, is left alone', async () => {
  const { id } = await follow(1);
  await sources().change(id, { enabled: false });
  await world.pool.query("insert into feeds (id, url, connector) values ($1, 'https://alone.example/', 'feed')", [
    randomUUID(),
  ]);
  expect(await look()).toBe(0);
  await sources().change(id, { enabled: true });
  expect(await look()).toBe(1);
});

/** As though the clock had stood so far ahead until now. */
const turnBack = (interval: string) =>
  world.pool.query(
    'update feeds set next_due_at = next_due_at + $1::interval, last_requested_at = last_requested_at + $1::interval',
    [interval],
  );
const waits = async (): Promise<number[]> =>
  (await world.pool.query('select extract(epoch from next_due_at - now())::float8 as wait from feeds')).rows.map(
    ({ wait }) => wait,
  );

test.each(['3 hours', '3 years'])(
  'after the clock was turned back by %s, feeds are due within their interval, and not at once',
  async (by) => {
    for (let n = 0; n < 8; n += 1) await follow(n);
    await look();
    await turnBack(by);
    expect([await look(), await look()]).toEqual([0, 0]);
    const seconds = await waits();
    expect(Math.max(...seconds)).toBeLessThanOrEqual(900);
    expect(new Set(seconds.map(Math.round)).size).toBeGreaterThan(4);
  },
);

test('after the clock was turned back by an hour, a time of day that has been served is not served again', async () => {
  await sources().create({ name: 'a', url: 'https://h1.example/feed', cron: '0 7 * * *', time_zone: 'Europe/Berlin' });
  await look();
  const [before = 0] = await waits();
  await world.pool.query("update feeds set last_requested_at = now() + interval '1 hour'");
  expect([await look(), await look()]).toEqual([0, 0]);
  expect(Math.abs(((await waits())[0] ?? 0) - before)).toBeLessThan(5);
});

test.each(['1 hour', '3 years'])('after the clock was put forward by %s, each feed is asked for once', async (by) => {
  for (let n = 0; n < 8; n += 1) await follow(n);
  await look();
  await world.pool.query('update feeds set next_due_at = next_due_at - $1::interval', [by]);
  expect(await look()).toBe(8);
  expect(await look()).toBe(0);
});

test('a time that lies years ahead is mended', async () => {
  await follow(1);
  await world.pool.query("update feeds set next_due_at = now() + interval '3 years'");
  expect(await look()).toBe(0);
  expect((await waits())[0]).toBeLessThanOrEqual(900);
});

test('a feed that five organisations follow is asked for once, as often as the most eager of them wishes', async () => {
  const url = 'https://shared.example/feed';
  const wishes = [
    { frequency: 'daily' },
    { interval_seconds: 300 },
    {},
    { cron: '0 7 * * *' },
    { frequency: 'hourly' },
  ];
  for (const [index, wish] of wishes.entries()) {
    const organizationId = randomUUID();
    await world.pool.query('insert into organizations (id, name, slug) values ($1, $2, $3)', [
      organizationId,
      `five ${index}`,
      organizationId,
    ]);
    const own = openSources({ db: typedQueries(world.pool), organizationId, now: Date.now });
    await own.create({ name: 'shared', url: `${url}#${index}`, ...(wish as object) });
  }
  expect([await look(), await look()]).toEqual([1, 0]);
  expect(await requests()).toHaveLength(1);
  const [wait = 0] = await waits();
  expect(wait).toBeLessThanOrEqual(451);
});

test('the request carries the longest rest that one of the feed’s sources wants for its site', async () => {
  const url = 'https://slow.example/feed';
  const own: string[] = [];
  for (const [name, delay_seconds] of [
    ['none', null],
    ['some', 5],
    ['more', 20],
  ] as const) {
    own.push((await sources().create({ name, url, delay_seconds })).id);
  }
  await sources().collectNow(own[0] ?? '');
  await look();
  expect((await requests()).map(({ topic, payload }) => [topic, payload.delay_ms])).toEqual([
    ['collect-request-user', 20_000],
    ['collect-request', 20_000],
  ]);
  await sources().change(own[2] ?? '', { enabled: false });
  await world.pool.query("update feeds set next_due_at = now() - interval '1 second'");
  await look();
  expect((await requests()).at(-1)?.payload.delay_ms).toBe(5_000);
});

test('a source that is switched on again is due at once', async () => {
  const { id } = await follow(1);
  await look();
  await sources().change(id, { enabled: false });
  expect((await sources().get(id)).status).toMatchObject({ state: 'disabled', next_attempt_at: null });
  await sources().change(id, { enabled: true });
  expect([await look(), await look()]).toEqual([1, 0]);
});

test.each([
  ['a shorter interval', { interval_seconds: 60 }, 91],
  ['a cron expression', { cron: '* * * * *' }, 120],
] as const)('a source that is given %s has its next time set anew', async (_, schedule, atMostSeconds) => {
  const { id } = await sources().create({ name: 'a', url: 'https://h1.example/feed', frequency: 'daily' });
  await look();
  await sources().change(id, schedule);
  expect((await waits())[0]).toBeLessThanOrEqual(atMostSeconds);
  expect(await sources().get(id)).toMatchObject({ frequency: null, ...schedule });
});

test('a feed that failed is asked for at its next attempt, whatever its interval, and once', async () => {
  await follow(1);
  await look();
  await world.pool.query("update feeds set failures = 1, retry_at = now() + interval '1 minute', next_due_at = now()");
  expect(await look()).toBe(0);
  await world.pool.query("update feeds set retry_at = now(), next_due_at = now() + interval '1 day'");
  expect([await look(), await look()]).toEqual([1, 0]);
});

test('while the outcome of an attempt is not known, a failing feed keeps its pause', async () => {
  await follow(1);
  await world.pool.query('update feeds set failures = 8');
  await look();
  expect((await waits())[0]).toBeGreaterThan(7_000);
});

test('a feed that is dead is left alone until somebody asks for it', async () => {
  const { id } = await follow(1);
  await look();
  await world.pool.query(
    "update feeds set paused = true, health = 'dead', failures = 12, next_due_at = now() - interval '9 days'",
  );
  expect(await look()).toBe(0);
  expect((await sources().get(id)).status).toMatchObject({ state: 'dead', next_attempt_at: null });
  await sources().collectNow(id);
  expect((await requests()).map(({ topic }) => topic)).toEqual(['collect-request', 'collect-request-user']);
  expect((await sources().get(id)).status).toMatchObject({ state: 'waiting', words: 'Asked for again' });
  expect(await look()).toBe(0);
  expect((await waits())[0]).toBeGreaterThan(0);
});

test('a feed of which nobody wishes anything is collected as often as it changes, unless the operator says how often', async () => {
  await follow(1);
  await world.pool.query('update feeds set adaptive_seconds = 7200');
  await requestDueFeeds(typedQueries(world.pool), { ...options, adaptive: true });
  expect((await waits())[0]).toBeGreaterThan(3_500);
  await world.pool.query('update feeds set next_due_at = now()');
  await look();
  expect((await waits())[0]).toBeLessThan(1_400);
});

test('three schedulers alive ask for each due time exactly once', async () => {
  const count = 60;
  const schedulers = await Promise.all([1, 2, 3].map(() => scheduler.open(world.runtime)));
  const report = await sources().importOpml(
    `<opml><body>${Array.from({ length: count }, (_, n) => `<outline text="f${n}" xmlUrl="https://f${n}.example/"/>`).join('')}</body></opml>`,
  );
  expect(report.created).toBe(count);
  // Looked for by all three at once, besides what the services do by themselves.
  for (let round = 0; round < 3; round += 1) {
    await expect.poll(async () => (await requests()).length, { timeout: 20_000 }).toBe(count * (round + 1));
    await world.pool.query("update feeds set next_due_at = now() - interval '1 second'");
    await Promise.all([look(), look(), look(), look(), look(), look(), look()]);
  }
  await expect.poll(async () => (await requests()).length, { timeout: 20_000 }).toBe(count * 4);
  expect(await Promise.all(schedulers.map((each) => each.health()))).toMatchObject(
    [1, 2, 3].map(() => ({ status: 'healthy' })),
  );
  await Promise.all(schedulers.map((each) => each.close()));
  const all = await requests();
  expect(new Set(all.map(({ payload }) => payload.request_id)).size).toBe(count * 4);
  expect(new Set(all.map(({ payload }) => payload.feed_id)).size).toBe(count);
});
