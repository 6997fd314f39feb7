import type { Kysely, KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countTouched } from '../../../gateways/metrics/round.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { type Database, defaultOrganizationId } from '../../../gateways/schema.ts';
import { type Analytics, anomaliesOf, openAnalytics } from '../../../gateways/services/analytics/analytics.ts';
import type { SeriesInput } from '../../../gateways/services/analytics/input.ts';
import { Invalid } from '../../../gateways/services/faults.ts';
import { trendsOf } from '../../../gateways/services/trending/trending.ts';
import { seedArticles, type Seeded, seedSource } from '../metrics/seed.ts';
import { id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';

const hourMs = 3_600_000;
const nowMs = Date.parse('2026-03-10T12:40:00Z');
const hour = (back: number): number => Math.floor(nowMs / hourMs) * hourMs - back * hourMs;
const other = '00000000-0000-4000-8000-000000000002';
const [gazette, herald] = [
  { id: id(501), feed: id(901), name: 'Gazette' },
  { id: id(502), feed: id(902), name: 'Herald' },
];

const counting = { keptDays: 400, entitiesKeptDays: 35, maxHours: 50, now: () => nowMs };

let world: World;
let db: Kysely<Database>;
let analytics: Analytics;

const noCache = { find: () => Promise.resolve({ hit: false as const, fill: () => Promise.resolve() }) };
const analyticsOf = (organizationId: string): Analytics =>
  openAnalytics({ db, listCache: noCache, organizationId, now: () => nowMs });

/** 16 days: an hour has 6 articles of the Gazette on sport by day, 2 by night, and 4 of the Herald on weather until 20 hours ago. */
function history(): readonly Seeded[] {
  return Array.from({ length: 16 * 24 }, (_, back): Seeded[] => {
    const from = hour(back + 1);
    const isDay = new Date(from).getUTCHours() >= 6;
    return [
      {
        from,
        spreadMs: hourMs - 1,
        count: isDay ? 6 : 2,
        feed: gazette.feed,
        category: 'sport',
        entities: ['paris'],
        sentiment: 0.5,
      },
      {
        from,
        spreadMs: hourMs - 1,
        count: back < 20 ? 0 : 4,
        feed: herald.feed,
        category: 'weather',
        sentiment: -0.25,
      },
    ];
  }).flat();
}

beforeAll(async () => {
  world = await openWorld();
  db = typedQueries(world.pool);
  analytics = analyticsOf(defaultOrganizationId);
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await seedSource(world.pool, { ...gazette, sinceMs: hour(16 * 24) });
  await seedSource(world.pool, { ...herald, sinceMs: hour(16 * 24) });
  // Or every hour would be counted for the new sources, too.
  await countTouched(db, counting);
  await seedArticles(world.pool, [
    ...history(),
    // An hour that is over brought ten times as many on the economy as none ever did; now there is a burst of crime.
    { from: hour(2), spreadMs: hourMs - 1, count: 60, feed: gazette.feed, category: 'economy', entities: ['rome'] },
    {
      from: nowMs - 6 * 60_000,
      spreadMs: 5 * 60_000,
      count: 40,
      feed: gazette.feed,
      category: 'crime',
      entities: ['oslo', 'bergen'],
    },
  ]);
  await world.pool.query('update feeds set worked_at = $1', [new Date(nowMs)]);
  while ((await countTouched(db, counting)).hours > 0);
  // Some hundred hours are counted, on whatever else the machine does.
}, 300_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const seriesOf = async (input: SeriesInput) =>
  (await analytics.series(input)).map(({ value, total, points }) => ({
    value,
    total,
    counts: points.map(({ count }) => count),
  }));

describe('a series', () => {
  const from = new Date(hour(4)).toISOString();
  const to = new Date(hour(0)).toISOString();

  test('has every window of its span, also those without an article', async () => {
    expect(await seriesOf({ from, to })).toEqual([{ value: null, total: 84, counts: [6, 6, 66, 6] }]);
    expect(await seriesOf({ of: 'category', from, to })).toEqual([
      { value: 'economy', total: 60, counts: [0, 0, 60, 0] },
      { value: 'sport', total: 24, counts: [6, 6, 6, 6] },
    ]);
    expect(await seriesOf({ of: 'source', value: herald.id, from, to })).toEqual([
      { value: herald.id, total: 0, counts: [0, 0, 0, 0] },
    ]);
    expect(await seriesOf({ of: 'entity', value: 'rome', from, to })).toEqual([
      { value: 'rome', total: 60, counts: [0, 0, 60, 0] },
    ]);
  });

  test('of days is the sum of their hours, and days begin where the zone says', async () => {
    const days = {
      of: 'category',
      value: 'sport',
      window: 'day',
      from: '2026-03-07T00:00:00Z',
      to: '2026-03-09T00:00:00Z',
    } as const;
    expect(await seriesOf(days)).toEqual([{ value: 'sport', total: 240, counts: [120, 120] }]);
    // Tokyo's midnight is 15:00 UTC: 15 hours belong to the first day, of which 6 are night.
    expect(await seriesOf({ ...days, time_zone: 'Asia/Tokyo' })).toEqual([
      { value: 'sport', total: 240, counts: [6 * 2 + 9 * 6, 120, 9 * 6] },
    ]);
  });

  test('of minutes is counted now', async () => {
    const [crime] = await analytics.series({
      of: 'category',
      value: 'crime',
      window: 'minute',
      from: new Date(nowMs - 10 * 60_000).toISOString(),
    });
    expect(crime).toMatchObject({ total: 40, name: 'crime, law and justice' });
    expect(crime?.points.map(({ count }) => count)).toEqual([0, 0, 0, 0, 8, 8, 8, 8, 8, 0]);
  });

  test.each<[string, SeriesInput, string]>([
    ['that ends before it begins', { from: to, to: from }, 'from'],
    ['that is too long for its window', { window: 'minute', from: '2026-01-01', to: '2026-02-01' }, 'from'],
    ['in a zone that does not exist', { time_zone: 'Mars/Olympus' }, 'time_zone'],
  ])('%s is refused', async (_title, input, field) => {
    const asked = Promise.resolve().then(() => analytics.series(input));
    await expect(asked).rejects.toBeInstanceOf(Invalid);
    await expect(asked).rejects.toMatchObject({ faults: [{ field }] });
  });
});

test('what most articles have stands beside the span before', async () => {
  const to = new Date(hour(0)).toISOString();
  const from = new Date(hour(4)).toISOString();
  expect(await analytics.top({ of: 'category', from, to })).toEqual([
    { of: 'category', value: 'economy', name: 'economy, business and finance', count: 60, before: 0 },
    { of: 'category', value: 'sport', name: 'sport', count: 24, before: 16 },
  ]);
  expect(await analytics.top({ of: 'source', from, to })).toMatchObject([{ name: 'Gazette', count: 84 }]);
});

test('sentiment is the mean of what was judged', async () => {
  const span = { from: '2026-03-07T00:00:00Z', to: '2026-03-08T00:00:00Z' };
  const [all] = await analytics.sentiment(span);
  expect(all).toMatchObject({ count: 216, mean: Math.round(((120 * 0.5 - 96 * 0.25) / 216) * 10_000) / 10_000 });
  expect(await analytics.sentiment({ ...span, of: 'category', value: 'weather' })).toMatchObject([
    { mean: -0.25, count: 96 },
  ]);
});

test('sentiment reads the windows of those that it shows and of no other', async () => {
  const read: number[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult({ result }) {
      read.push(result.rows.length);
      return Promise.resolve(result);
    },
  };
  const counted = openAnalytics({
    db: db.withPlugin(plugin),
    listCache: noCache,
    organizationId: defaultOrganizationId,
    now: () => nowMs,
  });
  const span = { from: '2026-03-07T00:00:00Z', to: '2026-03-08T00:00:00Z', window: 'hour' } as const;
  const shown = await counted.sentiment({ ...span, of: 'source', limit: 1 });
  expect(shown).toMatchObject([{ name: 'Gazette', count: 120, mean: 0.5 }]);
  expect(Math.max(...read)).toBe(24);
});

test('a burst is named in words, and its names with it', async () => {
  expect(await analytics.trending({ of: 'category' })).toMatchObject([
    {
      value: 'crime',
      name: 'crime, law and justice',
      count: 40,
      words: expect.stringContaining('articles in the last'),
    },
  ]);
  expect(await analytics.trending({ of: 'entity' })).toMatchObject([
    { value: expect.stringMatching(/oslo|bergen/), with: [expect.any(String)] },
  ]);
  expect(await trendsOf(db, defaultOrganizationId, 'category', nowMs - 10 * 60_000)).toEqual([]);
});

test('an hour out of the ordinary is found, and a source that has fallen silent', async () => {
  const { volume, silences } = await anomaliesOf(db, defaultOrganizationId, nowMs);
  const found = volume.filter(({ is_alarming }) => is_alarming).map(({ key }) => key);
  expect(found.toSorted()).toEqual([
    'volume/all/high/2026-03-10',
    'volume/category/economy/high/2026-03-10',
    `volume/source/${gazette.id}/high/2026-03-10`,
  ]);
  expect(volume.find(({ of }) => of === 'all')).toMatchObject({ count: 66, time: new Date(hour(2)).toISOString() });
  expect(silences).toMatchObject([
    { source_id: herald.id, name: 'Herald', quiet_since: new Date(hour(20)).toISOString() },
  ]);
  expect(silences[0]?.words).toBe(
    'nothing of Herald for 20 hours, some 80 articles expected; its longest silence before was 0 hours',
  );
  // Asked a little later it is the same that is told.
  const later = await anomaliesOf(db, defaultOrganizationId, nowMs + hourMs / 6);
  expect(later.volume.filter(({ is_alarming }) => is_alarming).map(({ key }) => key)).toEqual(found);
});

test('a source and a topic that are new have no past that their hours could be held against', async () => {
  const [source, topic] = [{ id: id(503), feed: id(903), name: 'Newcomer' }, id(601)];
  const sinceMs = hour(6) - hourMs / 2;
  await seedSource(world.pool, { ...source, sinceMs });
  await world.pool.query(
    `insert into topics (id, organization_id, name, description, created_at) values ($1, $2, 'New', 'What is new', $3)`,
    [topic, defaultOrganizationId, new Date(sinceMs)],
  );
  // Six an hour since it is collected; before that what its feed still listed.
  await world.pool.query(
    `insert into article_metrics (time, organization_id, metric_name, metric_value, dimensions)
     select hour, $1, 'articles_by_' || of, case when hour < $2 then 1 else 6 end, jsonb_build_object(of, value)
     from (values ('source', $3), ('topic', $4)) series (of, value),
       generate_series($2::timestamptz - interval '12 days', $2::timestamptz + interval '5 hours', interval '1 hour') hour
     where hour >= $2 or extract(hour from hour at time zone 'UTC') = 12`,
    [defaultOrganizationId, new Date(hour(6)), source.id, topic],
  );
  const { volume } = await anomaliesOf(db, defaultOrganizationId, nowMs);
  expect(volume.map(({ value }) => value).filter((value) => value === source.id || value === topic)).toEqual([]);
});

test('an hour in which people do far more than ever is found, also of what they had never done', async () => {
  await world.pool.query(`select make_month_partition('user_activity', $1)`, [new Date(hour(20 * 24))]);
  await world.pool.query(`select make_month_partition('user_activity', $1)`, [new Date(nowMs)]);
  await world.pool.query(
    `insert into user_activity (time, organization_id, action, resource_type)
     select hour + interval '1 minute' * n, $1::uuid, 'search', 'article'
     from generate_series($2::timestamptz, $3, interval '1 hour') hour,
       generate_series(1, case when hour = $4 then 50 else 3 + extract(hour from hour)::int % 2 end) n
     union all select $4, $1::uuid, 'rule.created', 'rule' from generate_series(1, 30)`,
    [defaultOrganizationId, new Date(hour(20 * 24)), new Date(hour(1)), new Date(hour(2))],
  );
  const { volume } = await anomaliesOf(db, defaultOrganizationId, nowMs);
  expect(volume.filter(({ of, is_alarming }) => of === 'activity' && is_alarming)).toMatchObject([
    { value: 'rule.created', count: 30, direction: 'high' },
    {
      key: 'volume/activity/search/high/2026-03-10',
      count: 50,
      time: new Date(hour(2)).toISOString(),
      words: expect.stringMatching(/^50 times search from \d\d:00 to \d\d:00 UTC, \d expected, /),
    },
  ]);
  await world.pool.query('truncate user_activity');
});

test('of one organisation nothing is seen by another', async () => {
  const theirs = analyticsOf(other);
  expect((await theirs.series({ window: 'day' }))[0]?.total).toBe(0);
  for (const of of ['source', 'category', 'entity', 'language', 'sentiment'] as const) {
    expect(await theirs.series({ of, window: 'day' })).toEqual([]);
    expect(await theirs.series({ of, window: 'minute' })).toEqual([]);
    expect(await theirs.top({ of })).toEqual([]);
  }
  expect(await theirs.sentiment({ of: 'category' })).toEqual([]);
  expect(await theirs.trending({ of: 'category' })).toEqual([]);
  expect(await theirs.anomalies()).toEqual({ volume: [], silences: [] });
});
