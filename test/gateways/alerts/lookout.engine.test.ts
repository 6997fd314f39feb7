import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lookOnce } from '../../../gateways/alerts/lookout.ts';
import { lookouts } from '../../../gateways/alerts/lookouts.ts';
import { deadLetters } from '../../../gateways/alerts/lookouts/dead-letters.ts';
import { sourceFailing } from '../../../gateways/alerts/lookouts/source-failing.ts';
import { stageLag } from '../../../gateways/alerts/lookouts/stage-lag.ts';
import type { Lookout, LookoutPorts, Standing } from '../../../gateways/alerts/standing.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { alertKinds } from '../../../gateways/services/alerts/alert-input.ts';
import { createMemoryKafka, type MemoryKafka } from '../../../streams/kafka/memory.ts';
import { groupOf } from '../../../streams/runner.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { feed, id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';

const other = '22222222-2222-4222-8222-222222222222';
const minuteMs = 60_000;
let world: World;
let nowMs = Date.parse('2026-03-10T12:10:00Z');

beforeAll(async () => {
  world = await openWorld();
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
});
afterEach(() => world.pool.query('truncate alerts, outbox, alert_settings, sources, feeds cascade'));
afterAll(() => world?.[Symbol.asyncDispose]());

const ports = (kafka: MemoryKafka = createMemoryKafka()): LookoutPorts => ({
  pool: world.pool,
  kafka,
  config: world.runtime.config,
  stages: [{ name: 'enrich', inputs: ['article-unique'] }],
  now: () => nowMs,
});
const alerts = async () => {
  const { rows } = await world.pool.query<{ title: string; subject: string; over: boolean; organization_id: string }>(
    'select organization_id, subject, title, over_at is not null as over from alerts order by raised_at, title',
  );
  return rows;
};
const told = async () =>
  (await world.pool.query<{ over: boolean }>(`select payload->>'over_at' is not null as over from outbox order by id`))
    .rows;

const what = (standings: readonly Standing[]): Lookout => ({
  kind: 'stage_lag',
  everyMs: 1,
  look: () => Promise.resolve(standings),
});
const lag = (fields: Partial<Standing> = {}): Standing => ({
  organization_id: acme,
  kind: 'stage_lag',
  subject: 'embed',
  title: 'embed is behind',
  ...fields,
});

describe('an event', () => {
  test('raises one alert while it lasts, is over when it is, and raises another when it begins again', async () => {
    for (const standings of [[lag()], [lag()], [], []]) await lookOnce(what(standings), ports());
    expect(await alerts()).toMatchObject([{ subject: 'embed', over: true }]);
    expect(await told()).toEqual([{ over: false }, { over: true }]);
    nowMs += minuteMs;
    await lookOnce(what([lag()]), ports());
    expect((await alerts()).map(({ over }) => over)).toEqual([true, false]);
  });

  test('with a time of its own is the same when it comes back', async () => {
    const standing = lag({ window: 'noon' });
    for (const standings of [[standing], [], [standing]]) await lookOnce(what(standings), ports());
    expect((await alerts()).map(({ over }) => over)).toEqual([false]);
  });

  test('is raised once by many that look at once, and each organisation has its own', async () => {
    const standings = [lag(), lag({ organization_id: other })];
    await Promise.all([1, 2].map(() => lookOnce(what(standings), ports())));
    expect((await alerts()).map(({ organization_id }) => organization_id).toSorted()).toEqual([acme, other]);
    await lookOnce(what([lag()]), ports());
    expect((await alerts()).filter(({ over }) => over)).toMatchObject([{ organization_id: other }]);
  });

  test('is told once where two see different standings: who looked before the other does not end what that raised', async () => {
    const old: Lookout = {
      ...what([]),
      async look() {
        await lookOnce(what([lag()]), ports());
        return [];
      },
    };
    await lookOnce(old, ports());
    nowMs += minuteMs;
    await lookOnce(what([lag()]), ports());
    expect(await alerts()).toMatchObject([{ subject: 'embed', over: false }]);
    expect(await told()).toEqual([{ over: false }]);
  });

  test('goes to the channels of its organisation’s settings', async () => {
    await world.pool.query(
      `insert into notification_channels (id, organization_id, name, kind) values ($1, $2, 'log', 'log')`,
      [id(1), acme],
    );
    await world.pool.query('insert into alert_settings (organization_id, channel_ids) values ($1, $2), ($3, $2)', [
      acme,
      [id(1)],
      other,
    ]);
    await lookOnce(what([lag(), lag({ organization_id: other })]), ports());
    const { rows } = await world.pool.query('select channel_id, lane from alert_deliveries');
    expect(rows).toEqual([{ channel_id: id(1), lane: 'stage_lag' }]);
  });
});

test('a source that fails raises an alert to its organisation, which is over when it works', async () => {
  await world.pool.query(
    `insert into feeds (id, url, connector, health, health_reason) values ($1, 'https://a.example/', 'feed', 'failing', 'answers 500')`,
    [feed('a')],
  );
  await world.pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type, enabled) values
       ($2, $3, $1, 'Gazette', 'https://a.example/', 'rss', true), ($4, $5, $1, 'Off', 'https://a.example/', 'rss', false)`,
    [feed('a'), id(1), other, id(2), acme],
  );
  await lookOnce(sourceFailing, ports());
  expect(await alerts()).toMatchObject([
    { organization_id: other, subject: id(1), title: 'Gazette is failing: answers 500', over: false },
  ]);
  await world.pool.query(`update feeds set health = 'healthy'`);
  await lookOnce(sourceFailing, ports());
  expect(await alerts()).toMatchObject([{ subject: id(1), over: true }]);
});

test('dead letters raise an alert an hour, which is over after an hour without any', async () => {
  const kafka = createMemoryKafka();
  kafka.topics.create({ name: deadLetterTopic, partitions: 2, replicationFactor: 1, config: {} });
  const die = (atMs: number) => kafka.topics.append([{ topic: deadLetterTopic, key: 'k', value: null }], atMs);
  die(nowMs - 5 * 60 * minuteMs);
  await lookOnce(deadLetters, ports(kafka));
  expect(await alerts()).toEqual([]);
  die(nowMs);
  die(nowMs);
  for (let time = 0; time < 3; time += 1) await lookOnce(deadLetters, ports(kafka));
  expect(await alerts()).toMatchObject([{ over: false }]);
  nowMs += 61 * minuteMs;
  die(nowMs);
  await lookOnce(deadLetters, ports(kafka));
  expect((await alerts()).map(({ over }) => over)).toEqual([false, false]);
  nowMs += 121 * minuteMs;
  await lookOnce(deadLetters, ports(kafka));
  expect((await alerts()).map(({ over }) => over)).toEqual([true, true]);
});

test('a stage for which a message has waited too long raises an alert, which is over when it caught up', async () => {
  const kafka = createMemoryKafka();
  kafka.topics.create({ name: 'article-unique', partitions: 1, replicationFactor: 1, config: {} });
  kafka.topics.append([{ topic: 'article-unique', key: 'k', value: null }], nowMs - 5 * minuteMs);
  await lookOnce(stageLag, ports(kafka));
  expect(await alerts()).toEqual([]);
  nowMs += 6 * minuteMs;
  await lookOnce(stageLag, ports(kafka));
  expect(await alerts()).toMatchObject([{ subject: 'enrich', title: 'enrich is more than 10 minutes behind' }]);
  await using admin = await kafka.admin();
  await admin.setCommitted(groupOf('enrich'), [{ topic: 'article-unique', partition: 0, offset: 1n }]);
  await lookOnce(stageLag, ports(kafka));
  expect(await alerts()).toMatchObject([{ subject: 'enrich', over: true }]);
});

test('every kind of event can be asked for by its name', () => {
  expect(lookouts.map(({ kind }) => kind).filter((kind) => !(alertKinds as readonly string[]).includes(kind))).toEqual(
    [],
  );
  expect(new Set(lookouts.map(({ kind }) => kind)).size).toBe(lookouts.length);
});
