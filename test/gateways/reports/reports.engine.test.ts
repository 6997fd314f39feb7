import type { Kysely } from 'kysely';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { isTransientPostgresError, typedQueries } from '../../../gateways/postgres.ts';
import { reportCache } from '../../../gateways/reports/report-cache.ts';
import { type DuePorts, runDue } from '../../../gateways/reports/run-due.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { type Database, defaultOrganizationId } from '../../../gateways/schema.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Service } from '../../../streams/service.ts';
import { seedArticles, type Seeded, seedSource } from '../metrics/seed.ts';
import { channelsOf } from '../notify/notifying.ts';
import { restClient } from '../rest/client.ts';
import { id } from '../views/messages.ts';
import { whileArticlesAreLocked } from '../statement-under-way.ts';
import { openWorld, type World } from '../world.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const other = '22222222-2222-4222-8222-222222222222';
const today = Math.floor(Date.now() / dayMs) * dayMs;
const day = (back: number): number => today - back * dayMs;
const [gazette, herald, foreign] = [
  { id: id(501), feed: id(901), name: 'Gazette' },
  { id: id(502), feed: id(902), name: 'Herald' },
  { id: id(503), feed: id(903), name: 'Of others', organizationId: other },
];

let world: World;
let db: Kysely<Database>;
let redis: Redis;
let services: Service[];
let ask: ReturnType<typeof restClient>;
let query: (text: string, variables?: object) => Promise<ReturnType<typeof JSON.parse>>;

/**
 * 40 days: the Gazette has 24 articles a day on sport and yesterday 40 on the weather beside them, of a storm; the Herald
 * has 6 a day on the economy until 2 days ago.
 */
function history(): readonly Seeded[] {
  return Array.from({ length: 40 }, (_, back): Seeded[] => [
    { from: day(back + 1), spreadMs: dayMs - 1, count: 24, feed: gazette.feed, category: 'sport', sentiment: 0.5 },
    {
      from: day(back + 1),
      spreadMs: dayMs - 1,
      count: back < 2 ? 0 : 6,
      feed: herald.feed,
      category: 'economy',
      sentiment: -0.5,
    },
    { from: day(back + 1), spreadMs: dayMs - 1, count: 3, feed: foreign.feed, category: 'crime' },
  ]).flat();
}

beforeAll(async () => {
  world = await openWorld();
  db = typedQueries(world.pool);
  redis = connectRedis(world.runtime.config.redisUrl, world.runtime.log);
  services = [await rest.open(world.runtime), await graphql.open(world.runtime)];
  ask = restClient(services[0]?.address ?? '');
  const graph = restClient(services[1]?.address ?? '');
  query = async (text, variables = {}) =>
    (await graph('/graphql', { method: 'POST', body: { query: text, variables } })).body;
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  for (const source of [gazette, herald, foreign]) await seedSource(world.pool, source);
  await seedArticles(world.pool, [
    ...history(),
    {
      from: day(1) + 9 * hourMs,
      spreadMs: hourMs,
      count: 40,
      feed: gazette.feed,
      category: 'weather',
      entities: ['storm ada'],
    },
  ]);
  await world.pool.query(
    `update content.articles set title = 'Ada <b>comes</b> & goes', summary = 'A storm.',
       entities = '[{"key": "storm ada", "name": "Storm Ada"}]' where entity_keys @> array['storm ada']`,
  );
  await tellOneStory();
  await countHours();
});
afterAll(async () => {
  for (const service of services ?? []) await service.close();
  redis?.disconnect();
  await world?.[Symbol.asyncDispose]();
});

/** As the roller counts, of what reports read. */
async function countHours(): Promise<void> {
  await world.pool.query(
    `select make_month_partition('article_metrics', month)
     from generate_series(now() - interval '80 days', now(), interval '20 days') month`,
  );
  await world.pool.query(
    `insert into article_metrics (time, organization_id, source_id, metric_name, metric_value, dimensions)
     select date_trunc('hour', a.published_date, 'UTC'), s.organization_id, null, 'articles', count(*), '{}'
     from content.articles a join content.article_feeds f on f.article_id = a.id join sources s using (feed_id) group by 1, 2
     union all
     select date_trunc('hour', a.published_date, 'UTC'), s.organization_id, s.id, 'articles_by_source', count(*),
       jsonb_build_object('source', s.id)
     from content.articles a join content.article_feeds f on f.article_id = a.id join sources s using (feed_id) group by 1, 2, 3`,
  );
}

/** All articles on the storm are one story. */
async function tellOneStory(): Promise<void> {
  await world.pool.query(
    `insert into content.stories (id, version, visibility, title, first_at, last_at, article_count, sources, languages, entities, by_hand, method)
     values ($1, 1, 'public', 'Storm Ada', now(), now(), 40, '{}', '{en}', '{}', false, 'test')`,
    [id(700)],
  );
  await world.pool.query(
    `insert into content.article_stories (article_id, story_id, version, score, cosine, reason, shared, method)
     select id, $1, 1, 1, 1, 'near', '{}', 'test' from content.articles where entity_keys @> array['storm ada']`,
    [id(700)],
  );
}

const send = (path: string, type: string, attributes: object, method = 'POST') =>
  ask(path, { method, body: { data: { type, attributes } } });
const make = (attributes: object) => send('/api/v1/reports', 'reports', attributes);

describe('a report', () => {
  test('of a day tells what was published, what rose, who was silent, and what is expected', async () => {
    const { status, body } = await make({ kind: 'daily' });
    expect(status).toBe(201);
    const { content } = body.data.attributes;
    expect(content.period).toEqual({
      from: new Date(day(1)).toISOString(),
      to: new Date(today).toISOString(),
      time_zone: 'UTC',
    });
    expect(content.volume).toMatchObject({ total: 64, previous: 24, step: 'hour' });
    expect(content.volume.steps).toHaveLength(24);
    expect(
      content.volume.steps.map(({ count }: { count: number }) => count).reduce((a: number, b: number) => a + b),
    ).toBe(64);
    expect(content.volume.expected.mean).toBeGreaterThan(20);
    expect(content.volume.expected.mean).toBeLessThan(34);
    expect(content.volume.forecast.steps).toHaveLength(24);
    expect(content.sentiment).toMatchObject({ score: 0.5, negative: 0, positive: 24 });
    expect(content.stories).toMatchObject([
      { id: id(700), title: 'Storm Ada', articles: 40, sites: 1, lead: { site: 'news.example', summary: 'A storm.' } },
    ]);
    expect(content.topics).toEqual([
      { kind: 'category', key: 'weather', name: 'weather', count: 40, previous: 0 },
      { kind: 'category', key: 'sport', name: 'sport', count: 24, previous: 24 },
    ]);
    expect(content.rising.map(({ kind, name }: { kind: string; name: string }) => [kind, name])).toEqual([
      ['category', 'weather'],
      ['entity', 'Storm Ada'],
    ]);
    expect(content.sources.active).toEqual([{ id: gazette.id, name: 'Gazette', count: 64, previous: 24 }]);
    expect(content.sources.silent).toEqual([{ id: herald.id, name: 'Herald', usual: 4.5 }]);
  });

  test('of a week counts by the day, in the days of its time zone', async () => {
    const { body } = await make({ kind: 'weekly', time_zone: 'Asia/Tokyo' });
    const { content } = body.data.attributes;
    expect(Date.parse(content.period.to) % dayMs).toBe(15 * hourMs);
    expect(content.volume.step).toBe('day');
    expect(content.volume.steps).toHaveLength(7);
    const { rows } = await world.pool.query(
      `select count(*)::int as count from content.articles a join content.article_feeds f on f.article_id = a.id
       where f.feed_id <> $3 and published_date >= $1 and published_date < $2`,
      [content.period.from, content.period.to, foreign.feed],
    );
    expect(content.volume.total).toBe(rows[0].count);
  });

  test('on a saved search is on what the search finds', async () => {
    const saved = await send('/api/v1/saved-searches', 'saved-searches', {
      name: 'The storm',
      query: 'entity:"storm ada"',
    });
    const { body } = await make({ kind: 'daily', saved_search_id: saved.body.data.id });
    const { content } = body.data.attributes;
    expect(content).toMatchObject({
      title: 'The storm',
      saved_search: { name: 'The storm', query: 'entity:"storm ada"' },
      volume: { total: 40, previous: 0 },
      sources: { active: [{ name: 'Gazette', count: 40, previous: 0 }], silent: [], failing: [] },
    });
    // The story is told by one of the 40; others are shown as what matches.
    expect(content.articles).toHaveLength(6);
    expect(content.articles[0].reason).toBe('matches the search');
  });

  test('is a page where Accept prefers it, in which nothing of an article is markup', async () => {
    const { id: reportId } = (await make({ kind: 'daily' })).body.data;
    const { address } = services[0] ?? { address: '' };
    const page = await fetch(`${address}/api/v1/reports/${reportId}`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('vary')).toContain('Accept');
    const text = await page.text();
    expect(text).toContain('Storm Ada');
    expect(text).not.toContain('<b>comes');
    expect((await ask(`/api/v1/reports/${reportId}`, { headers: { accept: '*/*' } })).body.data.id).toBe(reportId);
  });

  test('that is made again keeps its id, is new for every reader, and can be deleted', async () => {
    const first = (await make({ kind: 'daily', time_zone: 'Europe/Paris' })).body.data;
    await ask(`/api/v1/reports/${first.id}`);
    const again = (await make({ kind: 'daily', time_zone: 'Europe/Paris' })).body.data;
    expect(again.id).toBe(first.id);
    expect(again.attributes.generated_at).not.toBe(first.attributes.generated_at);
    const read = (await ask(`/api/v1/reports/${first.id}`)).body.data;
    expect(read.attributes.generated_at).toBe(again.attributes.generated_at);
    const list = (await ask('/api/v1/reports?kind=daily&limit=1')).body;
    expect(list.data[0].attributes.content).toBeUndefined();
    expect((await ask(`/api/v1/reports/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`/api/v1/reports/${first.id}`)).status).toBe(404);
  });

  test('lies in Redis for half an hour, and is unknown to other organisations', async () => {
    const { id: reportId } = (await make({ kind: 'daily' })).body.data;
    expect(await redis.ttl(`analytics:report:${reportId}`)).toBeGreaterThan(1_700);
    await world.pool.query('update reports set organization_id = $1 where id = $2', [other, reportId]);
    await redis.del(`analytics:report:${reportId}`);
    expect((await ask(`/api/v1/reports/${reportId}`)).status).toBe(404);
    expect((await ask(`/api/v1/reports/${reportId}`, { method: 'DELETE' })).status).toBe(404);
    await world.pool.query('delete from reports where id = $1', [reportId]);
  });

  test.each([
    [{ kind: 'monthly' }, '/data/attributes/kind'],
    [{ kind: 'daily', time_zone: 'Mars/Olympus' }, '/data/attributes/time_zone'],
    [{ kind: 'daily', saved_search_id: id(1) }, '/data/attributes/saved_search_id'],
  ])('that cannot be made is refused: %j', async (attributes, pointer) => {
    const { status, body } = await make(attributes);
    expect(status).toBe(422);
    expect(body.errors[0].source.pointer).toBe(pointer);
  });

  test('is the same in GraphQL', async () => {
    const made = await query('mutation { createReport(input: { kind: daily }) { id title content html } }');
    const { id: reportId, content, html } = made.data.createReport;
    expect(html).toContain('<!doctype html>');
    expect((await ask(`/api/v1/reports/${reportId}`)).body.data.attributes.content).toEqual(content);
    const listed = await query('{ reports(first: 1, kind: daily) { edges { node { id kind } } } }');
    expect(listed.data.reports.edges[0].node.kind).toBe('daily');
  });
});

describe('a forecast', () => {
  test('of hours begins with the hour that is under way, is remembered for the hour, and is the same in GraphQL', async () => {
    const { status, body } = await ask(`/api/v1/analytics/forecast?of=source&value=${gazette.id}&horizon=30`);
    expect(status).toBe(200);
    const { attributes } = body.data;
    expect(attributes).toMatchObject({ of: 'source', name: 'Gazette', step: 'hour', level: 0.8 });
    expect(attributes.points).toHaveLength(30);
    expect(attributes.points[0].time).toBe(new Date(Math.floor(Date.now() / hourMs) * hourMs).toISOString());
    const { keyPrefix } = redis.options;
    const keys = await redis.keys(`${keyPrefix ?? ''}ml:predictions:volume:source:hour:*`);
    expect(keys).toHaveLength(1);
    const graph = await query(
      `query ($id: String) { forecast(of: source, value: $id, horizon: 30) { points { time mean } madeAt } }`,
      { id: gazette.id },
    );
    expect(graph.data.forecast.madeAt).toBe(attributes.made_at);
  });

  test('of days of what has no history says so', async () => {
    const { body } = await ask('/api/v1/analytics/forecast?step=day&time_zone=Europe/Berlin');
    expect(body.data.attributes.points).toHaveLength(7);
    const none = await ask('/api/v1/analytics/forecast?of=category&value=health');
    expect(none.body.data.attributes.points.every(({ mean }: { mean: number }) => mean < 0.1)).toBe(true);
  });

  test.each([
    ['of=source', 'value'],
    ['value=sport', 'value'],
    ['horizon=400', 'horizon'],
    ['level=1', 'level'],
  ])('is refused where it cannot be made: %s', async (asked, parameter) => {
    const { status, body } = await ask(`/api/v1/analytics/forecast?${asked}`);
    expect(status).toBe(400);
    expect(body.errors[0].source.pointer).toBe(`/query/${parameter}`);
  });
});

const schedule = (attributes: object) =>
  send('/api/v1/report-schedules', 'report-schedules', { name: 'Mornings', kind: 'daily', hour: 0, ...attributes });
const ports = (): DuePorts => ({
  db,
  cache: reportCache(redis, world.runtime.log),
  now: Date.now,
  vectors: { query: () => Promise.reject(new Error('not asked')) },
  embedder: { embed: () => Promise.reject(new Error('not asked')) },
});
const tooMany = Array.from({ length: 10_001 }, () => ({ articleId: id(1), score: 0.9 }));
const isDue = () =>
  world.pool.query(`update report_schedules set next_at = now() - interval '3 days', retry_at = null`);

describe('a schedule', () => {
  beforeEach(async () => {
    await world.pool.query('truncate report_schedules, reports, notification_channels cascade');
  });

  test('is kept, changed and deleted', async () => {
    const { status, body } = await schedule({ hour: 6, time_zone: 'Europe/Berlin' });
    expect(status).toBe(201);
    const { id: scheduleId, attributes } = body.data;
    expect(Date.parse(attributes.next_at)).toBeGreaterThan(Date.now());
    expect((await schedule({})).body.errors[0].code).toBe('name_taken');
    const changed = await send(
      `/api/v1/report-schedules/${scheduleId}`,
      'report-schedules',
      { kind: 'weekly', weekday: 7 },
      'PATCH',
    );
    expect(new Date(changed.body.data.attributes.next_at).getUTCDay()).toBe(0);
    expect((await ask(`/api/v1/report-schedules/${scheduleId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/api/v1/report-schedules')).body.data).toEqual([]);
  });

  test('that is due makes its report once and tells each channel once, however many look at the same time', async () => {
    const channel = await channelsOf(world).create({ name: 'Log', kind: 'log' });
    const foreignChannel = await channelsOf(world, other).create({ name: 'Log', kind: 'log' });
    await schedule({ channel_ids: [channel.id] });
    await world.pool.query('update report_schedules set channel_ids = channel_ids || $1::uuid', [foreignChannel.id]);
    await isDue();
    const outcomes = await Promise.all([runDue(ports()), runDue(ports()), runDue(ports())]);
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    expect(await runDue(ports())).toBeNull();
    // Through the night of a lost answer: the same period is due again, and nobody is told anew.
    await isDue();
    expect((await runDue(ports()))?.fault).toBeNull();
    const { rows } = await world.pool.query('select channel_id, type, data from notifications');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      channel_id: channel.id,
      type: 'report.made',
      data: { title: 'Daily report: All that is followed', report: { volume: { total: 64 } } },
    });
    expect((await ask('/api/v1/reports')).body.data).toHaveLength(1);
  });

  test('on a search by meaning asks for what is near in the days that it tells of, not in the whole archive', async () => {
    const saved = await send('/api/v1/saved-searches', 'saved-searches', {
      name: 'Storms',
      query: 'near:"a storm"@0.5',
    });
    await schedule({ saved_search_id: saved.body.data.id, kind: 'weekly', weekday: new Date(today).getUTCDay() || 7 });
    await isDue();
    const spans: number[] = [];
    const near: DuePorts['vectors']['query'] = async ({ filter: { publishedFrom = 0, publishedTo = 0 } = {} }) => {
      spans.push((publishedTo - publishedFrom) / dayMs);
      if (publishedFrom === 0 || publishedTo - publishedFrom > 15 * dayMs) return tooMany;
      const { rows } = await world.pool.query(
        `select id as "articleId", 0.9 as score from content.articles
         where entity_keys @> array['storm ada'] and published_date >= $1 and published_date < $2`,
        [new Date(publishedFrom), new Date(publishedTo)],
      );
      return rows;
    };
    const embedder = { embed: () => Promise.resolve({ model: 'm', vector: [1] }) };
    expect(await runDue({ ...ports(), vectors: { query: near }, embedder })).toMatchObject({ fault: null });
    const { rows } = await world.pool.query(`select content from reports`);
    expect(rows[0].content.volume).toMatchObject({ total: 40, previous: 0 });
    expect(rows[0].content.stories).toMatchObject([{ title: 'Storm Ada', articles: 40 }]);
    // The week, it and the one before, and the history in parts; each asked for once.
    expect(spans.filter((days) => days < 7.5)).toHaveLength(1);
    expect(new Set(spans.map(Math.round)).size).toBeGreaterThan(2);
  });

  test('replaces the report of the same period for every reader', async () => {
    await schedule({});
    const made = (await make({ kind: 'daily' })).body.data;
    const read = async () => (await ask(`/api/v1/reports/${made.id}`)).body.data.attributes.generated_at;
    expect(await read()).toBe(made.attributes.generated_at);
    await isDue();
    expect(await runDue(ports())).toMatchObject({ reportId: made.id });
    expect(await read()).not.toBe(made.attributes.generated_at);
  });

  test('on a search whose topic is gone says so', async () => {
    await world.pool.query(
      `insert into topics (id, organization_id, name, description) values ($1, $2, 'Storms', 'x')`,
      [id(800), defaultOrganizationId],
    );
    const saved = await send('/api/v1/saved-searches', 'saved-searches', { name: 'Gone', query: 'topic:storms' });
    await schedule({ saved_search_id: saved.body.data.id });
    await world.pool.query('delete from topics');
    await isDue();
    await runDue(ports());
    const { body } = await ask('/api/v1/report-schedules');
    expect(body.data[0].attributes.last_error).toContain(`there is no topic ${id(800)}, or not any more`);
  });

  test('that cannot be served is put off, says why, and holds up no other', async () => {
    const saved = await send('/api/v1/saved-searches', 'saved-searches', { name: 'Broken', query: 'storm' });
    await schedule({ saved_search_id: saved.body.data.id });
    await schedule({ name: 'Whole' });
    await world.pool.query(`update saved_searches set query = '{"text": "a", "resolved": "(storm"}' where id = $1`, [
      saved.body.data.id,
    ]);
    await isDue();
    await world.pool.query(
      `update report_schedules set next_at = now() - interval '4 days' where saved_search_id is not null`,
    );
    expect((await runDue(ports()))?.fault).toMatch(/\(|group|bracket|parenthes/u);
    expect(await runDue(ports())).toMatchObject({ name: 'Whole', fault: null });
    expect(await runDue(ports())).toBeNull();
    const { body } = await ask('/api/v1/report-schedules');
    expect(
      body.data.map(({ attributes }: { attributes: { last_error: string | null } }) => attributes.last_error !== null),
    ).toEqual([false, true]);
  });

  test('that takes longer than a statement may is put off, and the next one has its turn', async () => {
    await schedule({});
    await schedule({ name: 'Whole' });
    await isDue();
    await world.pool.query(`update report_schedules set next_at = now() - interval '4 days' where name = 'Mornings'`);
    await using slow = await whileArticlesAreLocked(world, () => runDue(ports()));
    await slow.end('pg_cancel_backend');
    expect(await slow.outcome).toMatchObject({ name: 'Mornings', fault: expect.stringContaining('canceling') });
    expect(await runDue(ports())).toMatchObject({ name: 'Whole', fault: null });
    expect(await runDue(ports())).toBeNull();
  });

  test('is tried again at once where Postgres shut down meanwhile', async () => {
    await schedule({});
    await isDue();
    await using slow = await whileArticlesAreLocked(world, () => runDue(ports()));
    await slow.end('pg_terminate_backend');
    await expect(slow.outcome).rejects.toSatisfy(isTransientPostgresError);
    expect(await runDue(ports())).toMatchObject({ name: 'Mornings', fault: null });
  });
});
