import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gatherDue } from '../../../gateways/notify/gather.ts';
import { notify } from '../../../gateways/notify/notify.ts';
import type { Service } from '../../../streams/service.ts';
import { openWorld, type World } from '../world.ts';
import {
  channelsOf,
  gather,
  openReceiver,
  raise,
  type Receiver,
  savedSearch,
  secretKeys,
  webhookTo,
} from './notifying.ts';

const soon = { timeout: 30_000, interval: 50 };
let world: World;
let service: Service | undefined;

beforeAll(async () => {
  world = await openWorld({ MIMIR_SECRET_KEYS: secretKeys, MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
});
// What the tests raise unless they say otherwise is told one by one.
beforeEach(() => gather(world, { stage_lag: { throttle_minutes: null } }));
afterEach(async () => {
  await service?.close();
  service = undefined;
  await world.pool.query('truncate notification_channels, alerts, alert_kind_settings, saved_searches, outbox cascade');
});
afterAll(() => world?.[Symbol.asyncDispose]());

const start = async (): Promise<void> => {
  service = await notify.open(world.runtime);
};
const counts = ({ received }: Receiver): number[] => received.map(({ body }) => body.data.count);
const titles = ({ received }: Receiver): string[] => received.map(({ body }) => body.data.title);
const waiting = async (): Promise<number> =>
  (
    await world.pool.query<{ count: number }>(
      'select count(*) from notifications where delivered_at is null and given_up_at is null',
    )
  ).rows[0]?.count ?? 0;
/** Of alerts that no notification holds yet. */
const heldBack = async (): Promise<number> =>
  (await world.pool.query<{ count: number }>('select count(*) from alert_deliveries where notification_id is null'))
    .rows[0]?.count ?? 0;

describe('a webhook', () => {
  test('is told of an alert once, signed, with a stable id', async () => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(world, receiver);
    await start();
    await raise(world, { window: 'one', channel_ids: [channel.id] });
    await raise(world, { window: 'one', channel_ids: [channel.id] });
    await expect.poll(() => titles(receiver), soon).toEqual(['stage lag: alert one']);
    const [{ headers, text, body }] = receiver.received as [Receiver['received'][number]];
    expect(headers['content-type']).toBe('application/json');
    expect(new Webhook(channel.secret ?? '').verify(text, headers as Record<string, string>)).toEqual(body);
    expect(() => new Webhook(channel.secret ?? '').verify(`${text} `, headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
    expect(body).toMatchObject({
      type: 'alert.raised',
      data: { count: 1, held_back: 0, alerts: [{ kind: 'stage_lag', subject: 'embed', title: 'alert one' }] },
    });
    await expect.poll(waiting, soon).toBe(0);
    expect(titles(receiver)).toHaveLength(1);
  });

  test('that is away gets all of it once it is back, in order, each under its own id', async () => {
    const first = await openReceiver();
    const channel = await webhookTo(world, first);
    await first[Symbol.asyncDispose]();
    await start();
    for (const window of ['1', '2', '3']) await raise(world, { window, channel_ids: [channel.id] });
    const channels = channelsOf(world);
    await expect.poll(async () => (await channels.get(channel.id)).failing_since, soon).not.toBeNull();
    expect((await channels.get(channel.id)).last_error).toContain('refuses the connection');
    await using receiver = await openReceiver(first.server.port);
    await expect
      .poll(() => titles(receiver), soon)
      .toEqual(['stage lag: alert 1', 'stage lag: alert 2', 'stage lag: alert 3']);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    await expect.poll(async () => (await channels.get(channel.id)).failing_since, soon).toBeNull();
  });

  test.each([
    ['answers 500', 500, {}],
    ['redirects to where nobody checked', 307, { location: 'http://127.0.0.1:1/' }],
  ])('that %s is asked again, with the same id and body', async (_, status, headers) => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(world, receiver);
    receiver.answer = (_request, response) =>
      receiver.received.length === 1 ? response.writeHead(status, headers).end() : response.writeHead(200).end('ok');
    await start();
    await raise(world, { window: 'x', channel_ids: [channel.id] });
    await expect.poll(() => receiver.received.length, soon).toBe(2);
    const [one, two] = receiver.received;
    expect([two?.id, two?.text]).toEqual([one?.id, one?.text]);
    await expect.poll(waiting, soon).toBe(0);
  });

  test('that answers 410 is switched off', async () => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(world, receiver);
    receiver.answer = (_request, response) => response.writeHead(410).end();
    await start();
    await raise(world, { window: 'x', channel_ids: [channel.id] });
    await expect.poll(async () => (await channelsOf(world).get(channel.id)).enabled, soon).toBe(false);
    await raise(world, { window: 'y', channel_ids: [channel.id] });
    expect(await heldBack()).toBe(0);
  });

  test('that asks for patience gets it', async () => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(world, receiver);
    receiver.answer = (_request, response) => response.writeHead(429, { 'retry-after': '86400000' }).end();
    await start();
    await raise(world, { window: 'x', channel_ids: [channel.id] });
    const retryAt = async () => Date.parse((await channelsOf(world).get(channel.id)).retry_at ?? '');
    const dayMs = 86_400_000;
    await expect.poll(retryAt, soon).toBeGreaterThan(Date.now() + 0.9 * dayMs);
    expect(await retryAt()).toBeLessThan(Date.now() + 1.1 * dayMs);
  });

  test('an answer without an end is as good as its status', async () => {
    await using receiver = await openReceiver();
    const channel = await webhookTo(world, receiver);
    receiver.answer = (_request, response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(10_000), more));
      more();
    };
    await start();
    await raise(world, { window: 'x', channel_ids: [channel.id] });
    await expect.poll(() => receiver.received.length, soon).toBe(1);
    await expect.poll(waiting, soon).toBe(0);
  });
});

test('another organisation’s alert reaches no channel of ours', async () => {
  await using receiver = await openReceiver();
  const channel = await webhookTo(world, receiver);
  const other = '22222222-2222-4222-8222-222222222222';
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await raise(world, { window: 'x', organization_id: other, channel_ids: [channel.id] });
  expect(await heldBack()).toBe(0);
  await expect(channelsOf(world, other).get(channel.id)).rejects.toThrow('there is no channel');
});

test('a channel that hangs holds up no other, and many of one organisation leave room for others', async () => {
  await using hanging = await openReceiver();
  hanging.answer = () => undefined;
  await using receiver = await openReceiver();
  const dead = await Promise.all(Array.from({ length: 20 }, () => webhookTo(world, hanging)));
  const other = '33333333-3333-4333-8333-333333333333';
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Third', 'third')`, [other]);
  const alive = await channelsOf(world, other).create({ name: 'ours', kind: 'webhook', address: receiver.url });
  await raise(world, { window: 'dead', channel_ids: dead.map(({ id }) => id) });
  await start();
  await expect.poll(() => hanging.received.length, soon).toBeGreaterThan(3);
  await raise(world, { window: 'alive', organization_id: other, channel_ids: [alive.id] });
  await expect.poll(() => titles(receiver), soon).toEqual(['stage lag: alert alive']);
  expect(hanging.received.length).toBeLessThan(8);
});

const matched = (saved_search_id: string, window: string, channel_ids: readonly string[]) => ({
  kind: 'saved_search' as const,
  subject: saved_search_id,
  saved_search_id,
  window,
  channel_ids,
});

describe('a saved search', () => {
  test('that is throttled tells the first at once, and then what was held back as one', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    const search = await savedSearch(world, { channel_ids: [id], throttle_minutes: 60 });
    await start();
    await raise(world, matched(search, '1', [id]));
    await expect.poll(() => counts(receiver), soon).toEqual([1]);
    await raise(world, matched(search, '2', [id]));
    await raise(world, matched(search, '3', [id]), matched(search, '4', [id]));
    expect(await gatherDue(world.pool)).toBe(0);
    expect(await heldBack()).toBe(3);
    await world.pool.query(`update alert_lanes set notified_at = now() - interval '1 hour'`);
    await expect.poll(() => counts(receiver), soon).toEqual([1, 3]);
    const told = receiver.received[1]?.body.data;
    expect(told.held_back).toBe(2);
    expect(told.alerts.map(({ title }: { title: string }) => title).toSorted()).toEqual([
      'alert 2',
      'alert 3',
      'alert 4',
    ]);
  });

  test.each(['hourly', 'daily'])('with a %s digest tells when the time is over, all at once', async (digest) => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    const search = await savedSearch(world, { channel_ids: [id], digest });
    await start();
    await raise(world, matched(search, '1', [id]), matched(search, '2', [id]));
    expect(await gatherDue(world.pool)).toBe(0);
    expect(await heldBack()).toBe(2);
    await world.pool.query(`update alert_lanes set waiting_since = now() - interval '25 hours'`);
    await expect.poll(() => counts(receiver), soon).toEqual([2]);
    expect(receiver.received[0]?.body.data.digest).toBe(digest);
  });

  test('that is snoozed tells nobody before its end, and then all of it', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    const inAnHour = new Date(Date.now() + 3_600_000);
    const search = await savedSearch(world, { channel_ids: [id], snoozed_until: inAnHour });
    await start();
    await raise(world, matched(search, '1', [id]), matched(search, '2', [id]));
    expect(await gatherDue(world.pool)).toBe(0);
    await world.pool.query('update saved_searches set snoozed_until = now()');
    await expect.poll(() => counts(receiver), soon).toEqual([2]);
    await raise(world, matched(search, '3', [id]));
    await expect.poll(() => counts(receiver), soon).toEqual([2, 1]);
  });

  test('that was deleted meanwhile holds nothing back', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    const search = await savedSearch(world, { channel_ids: [id], digest: 'daily' });
    await raise(world, matched(search, '1', [id]));
    await world.pool.query('delete from saved_searches');
    await start();
    await expect.poll(() => titles(receiver), soon).toEqual(['saved search: alert 1']);
  });
});

const failing = (source: number, channelId: string) => ({
  kind: 'source_failing' as const,
  subject: `source ${source}`,
  window: String(source),
  channel_ids: [channelId],
});

describe('an event', () => {
  test('of an outage is told with the others of its kind, at most once an hour', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    await start();
    await raise(world, ...Array.from({ length: 200 }, (_, at) => failing(at, id)));
    await expect.poll(() => titles(receiver), soon).toEqual(['source failing: 200 alerts']);
    expect(receiver.received[0]?.body.data).toMatchObject({ saved_search: null, digest: 'none', held_back: 199 });
    await raise(world, ...Array.from({ length: 150 }, (_, at) => failing(200 + at, id)));
    await raise(world, ...Array.from({ length: 150 }, (_, at) => failing(350 + at, id)));
    expect(await gatherDue(world.pool)).toBe(0);
    expect(await heldBack()).toBe(300);
    await world.pool.query(`update alert_lanes set notified_at = now() - interval '1 hour'`);
    await expect.poll(() => counts(receiver), soon).toEqual([200, 300]);
  });

  test('holds back no other kind, and nothing of another organisation', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    const other = '44444444-4444-4444-8444-444444444444';
    await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Fourth', 'fourth')`, [other]);
    const theirs = await channelsOf(world, other).create({ name: 'theirs', kind: 'webhook', address: receiver.url });
    await gather(world, { source_failing: { digest: 'daily' } });
    await raise(world, failing(1, id), { window: 'x', channel_ids: [id] });
    await raise(world, { ...failing(2, theirs.id), organization_id: other });
    await start();
    await expect
      .poll(() => titles(receiver).toSorted(), soon)
      .toEqual(['source failing: alert 2', 'stage lag: alert x']);
    expect(await heldBack()).toBe(1);
  });

  test('is throttled as the organisation says', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    await gather(world, { source_failing: { throttle_minutes: 1440 } });
    await start();
    await raise(world, failing(1, id));
    await expect.poll(() => counts(receiver), soon).toEqual([1]);
    await raise(world, failing(2, id), failing(3, id));
    await world.pool.query(`update alert_lanes set notified_at = now() - interval '23 hours'`);
    expect(await gatherDue(world.pool)).toBe(0);
    await gather(world, { source_failing: { throttle_minutes: null } });
    await expect
      .poll(() => titles(receiver).slice(1).toSorted(), soon)
      .toEqual(['source failing: alert 2', 'source failing: alert 3']);
  });

  test.each(['hourly', 'daily'] as const)('with a %s digest is told when the time is over', async (digest) => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    await gather(world, { source_failing: { digest } });
    await start();
    await raise(world, failing(1, id), failing(2, id));
    expect(await gatherDue(world.pool)).toBe(0);
    expect(await heldBack()).toBe(2);
    await world.pool.query(`update alert_lanes set waiting_since = now() - interval '25 hours'`);
    await expect.poll(() => counts(receiver), soon).toEqual([2]);
    expect(receiver.received[0]?.body.data.digest).toBe(digest);
  });

  test('whose kind is snoozed is told to nobody before the end of that', async () => {
    await using receiver = await openReceiver();
    const { id } = await webhookTo(world, receiver);
    await gather(world, { source_failing: { snoozed_until: new Date(Date.now() + 3_600_000).toISOString() } });
    await start();
    await raise(world, failing(1, id), failing(2, id));
    expect(await gatherDue(world.pool)).toBe(0);
    await gather(world, { source_failing: { snoozed_until: new Date().toISOString() } });
    await expect.poll(() => counts(receiver), soon).toEqual([2]);
  });
});

test('alerts of rules are gathered as their kind, and each by itself unless told', async () => {
  await using receiver = await openReceiver();
  const { id } = await webhookTo(world, receiver);
  const matching = (window: string) => ({
    kind: 'rule' as const,
    subject: `rule of ${window}`,
    window,
    channel_ids: [id],
  });
  await start();
  await raise(world, matching('1'), matching('2'));
  await expect.poll(() => counts(receiver), soon).toEqual([1, 1]);
  await gather(world, { rule: { digest: 'hourly' } });
  await raise(world, matching('3'), matching('4'));
  expect(await gatherDue(world.pool)).toBe(0);
  await world.pool.query(`update alert_lanes set waiting_since = now() - interval '2 hours'`);
  await expect.poll(() => counts(receiver), soon).toEqual([1, 1, 2]);
});

test('of many that gather at once each alert goes into one notification of each channel', async () => {
  await using receiver = await openReceiver();
  const { id } = await webhookTo(world, receiver);
  const windows = Array.from({ length: 40 }, (_, at) => ({ window: String(at), channel_ids: [id] }));
  const gathering = Array.from({ length: 8 }, () => gatherDue(world.pool));
  for (const cause of windows) gathering.push(raise(world, cause).then(() => gatherDue(world.pool)));
  await Promise.all(gathering);
  while ((await gatherDue(world.pool)) > 0);
  const { rows } = await world.pool.query<{ alerts: { title: string }[] }>(
    `select data->'alerts' as alerts from notifications`,
  );
  const told = rows.flatMap(({ alerts }) => alerts.map(({ title }) => title));
  expect(told.toSorted()).toEqual(windows.map(({ window }) => `alert ${window}`).toSorted());
  expect(await heldBack()).toBe(0);
});
