import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { lookoutOver } from '../../../gateways/alerts/lookout.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { createMemoryKafka } from '../../../streams/kafka/memory.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Service } from '../../../streams/service.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { seedArticles, seedSource } from '../metrics/seed.ts';
import { id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';

const hourMs = 3_600_000;
const days = 17;
const soon = { timeout: 60_000, interval: 100 };
const [gazette, herald] = [
  { id: id(501), feed: id(901), name: 'Gazette' },
  { id: id(502), feed: id(902), name: 'Herald' },
];
/** The hour that is under way; the tests count back from it. */
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
let world: World;
let services: Service[] = [];

beforeAll(async () => {
  world = await openWorld();
  const sinceMs = thisHour - days * 24 * hourMs;
  await seedSource(world.pool, { ...gazette, sinceMs });
  await seedSource(world.pool, { ...herald, sinceMs });
  // Since when anything is collected.
  await seedArticles(world.pool, [{ from: sinceMs, count: 1, feed: gazette.feed }]);
});
afterEach(async () => {
  await stop();
  await world.pool.query('truncate alerts, outbox, article_metrics, user_activity cascade');
});
afterAll(() => world?.[Symbol.asyncDispose]());

async function start(count: number): Promise<void> {
  const { config, log, metrics } = world.runtime;
  const kafka = createMemoryKafka();
  kafka.topics.create({ name: deadLetterTopic, partitions: 1, replicationFactor: 1, config: {} });
  const open = (): Promise<Service> => lookoutOver([]).open({ config, log, metrics, kafka } as unknown as Runtime);
  services = await Promise.all(Array.from({ length: count }, open));
}
async function stop(): Promise<void> {
  await Promise.all(services.map((service) => service.close()));
  services = [];
}

/** What the roller would have counted of a source: so many articles in each hour, by how many hours ago it was. */
async function counted(source: string, count: (back: number) => number): Promise<void> {
  const rows = Array.from({ length: days * 24 }, (_, at) => {
    return { time: new Date(thisHour - (at + 1) * hourMs).toISOString(), count: count(at + 1) };
  }).filter((row) => row.count > 0);
  await world.pool.query(
    `select make_month_partition('article_metrics', time)
     from (select distinct date_trunc('month', time) as time from json_to_recordset($1::json) as g (time timestamptz)) m`,
    [JSON.stringify(rows)],
  );
  await world.pool.query(
    `insert into article_metrics (time, organization_id, source_id, metric_name, metric_value, dimensions)
     select time, $2, $3::uuid, 'articles_by_source', count, jsonb_build_object('source', $3::uuid::text)
     from json_to_recordset($1::json) as g (time timestamptz, count int)`,
    [JSON.stringify(rows), acme, source],
  );
}
const recount = (source: string, back: number, count: number) =>
  world.pool.query(
    `insert into article_metrics (time, organization_id, source_id, metric_name, metric_value, dimensions)
     values ($1, $2, $3::uuid, 'articles_by_source', $4, jsonb_build_object('source', $3::uuid::text))
     on conflict (organization_id, time, metric_name, dimensions) do update set metric_value = excluded.metric_value`,
    [new Date(thisHour - back * hourMs), acme, source, count],
  );

const raised = async (kind: string) =>
  (
    await world.pool.query('select subject, over_at is not null as over from alerts where kind = $1 order by id', [
      kind,
    ])
  ).rows;

/** Few by night, more by day, and never quite the same. */
const usual = (back: number): number => (new Date(thisHour - back * hourMs).getUTCHours() < 6 ? 2 : 6) + (back % 3);

test('an hour with ten times the usual articles raises one alert, however many look and how often they start', async () => {
  await counted(gazette.id, (back) => (back === 2 ? 90 : usual(back)));
  const subject = `source/${gazette.id}`;
  await start(2);
  await expect.poll(() => raised('volume_anomaly'), soon).toEqual([{ subject, over: false }]);
  await stop();
  await recount(gazette.id, 2, 6);
  await start(2);
  await expect.poll(() => raised('volume_anomaly'), soon).toEqual([{ subject, over: true }]);
  await stop();
  await recount(gazette.id, 2, 90);
  await start(2);
  await expect.poll(() => raised('volume_anomaly'), soon).toEqual([{ subject, over: false }]);
});

test('people who search far more often than ever raise one alert', async () => {
  await world.pool.query(
    `select make_month_partition('user_activity', $1::timestamptz), make_month_partition('user_activity', $2)`,
    [new Date(thisHour - days * 24 * hourMs), new Date(thisHour)],
  );
  await world.pool.query(
    `insert into user_activity (time, organization_id, action, resource_type)
     select $2::timestamptz - interval '1 hour' * back, $1, 'search', 'article'
     from generate_series(1, $3::int) back, generate_series(1, case when back = 2 then 90 else 4 + back % 3 end)`,
    [acme, new Date(thisHour), days * 24],
  );
  await start(2);
  await expect.poll(() => raised('activity_anomaly'), soon).toEqual([{ subject: 'activity/search', over: false }]);
});

test('a source that falls silent raises one alert, which is over when it has something again', async () => {
  await counted(herald.id, (back) => (back <= 30 ? 0 : usual(back)));
  await counted(gazette.id, usual);
  await start(2);
  await expect.poll(() => raised('source_silent'), soon).toEqual([{ subject: herald.id, over: false }]);
  await stop();
  await recount(herald.id, 1, 5);
  await start(2);
  await expect.poll(() => raised('source_silent'), soon).toEqual([{ subject: herald.id, over: true }]);
});
