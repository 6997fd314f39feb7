import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { metrics } from '../../../gateways/metrics/metrics.ts';
import { dropMonthsBefore, ensureMonth, keptFromMs } from '../../../gateways/metrics/partitions.ts';
import { metricsRoller } from '../../../gateways/metrics/roller.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { setPositions } from '../../../gateways/views/postgres/positions.ts';
import { TransientError } from '../../../streams/errors.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { feed, id, message } from '../views/messages.ts';
import { emptyKafka, log, openView } from '../views/running-stage.ts';
import { enriched, openWorld } from '../world.ts';
import { seedSource } from './seed.ts';

test('the stage waits for the view, then marks hours; the roller counts them and says how far it is', async () => {
  await using world = await openWorld();
  await seedSource(world.pool, { id: id(501), feed: feed('a'), name: 'Gazette' });
  const said = enriched('said', { feed_ids: [feed('a')], published_at: Date.now() });
  const judged = message('article-categories', said.article_id, null);
  const { config } = world.runtime;
  await using stage = await openView(metrics, config, { kafka: emptyKafka(1) });
  await world.store([said]);
  await expect(stage.process(judged)).rejects.toBeInstanceOf(TransientError);
  expect((await world.pool.query('select from metric_touched')).rows).toEqual([]);
  await setPositions(world.pool, 'content', [{ ...judged, offset: judged.offset + 1n }]);
  await stage.process(judged);
  expect((await world.pool.query('select from metric_touched')).rows).toHaveLength(1);

  const registry = new Registry();
  const roller = await metricsRoller.open({ config, log, metrics: registry } as Runtime);
  const counted = async () =>
    (await world.pool.query(`select metric_value from article_metrics where metric_name = 'articles'`)).rows;
  await expect.poll(counted, { timeout: 20_000 }).toEqual([{ metric_value: 1 }]);
  await expect.poll(() => registry.metrics(), { timeout: 20_000 }).toMatch(/mimir_metrics_hours_waiting 0/);
  expect(await registry.metrics()).toMatch(/mimir_metrics_changed_counts_total [1-9]/);
  expect((await roller.health()).status).toBe('healthy');
  await roller.close();
});

test('a month has a table once it is needed, also for several at once, and goes as a whole', async () => {
  await using world = await openWorld();
  const db = typedQueries(world.pool);
  const months = ['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', '2026-02-28T12:00:00Z'];
  await Promise.all(months.map((month) => ensureMonth(db, 'user_activity', new Date(month))));
  const tables = async () =>
    (
      await world.pool.query(
        `select relname from pg_class where relnamespace = 'partitions'::regnamespace and relkind = 'r' order by 1`,
      )
    ).rows.map(({ relname }) => relname);
  expect(await tables()).toEqual(['user_activity_2026_01', 'user_activity_2026_02']);
  for (const month of months) {
    await world.pool.query(
      `insert into user_activity (time, organization_id, action, resource_type) values ($1, gen_random_uuid(), 'a', 'b')`,
      [month],
    );
  }
  const keptMs = keptFromMs(Date.parse('2026-03-20T00:00:00Z'), 30);
  expect(new Date(keptMs).toISOString()).toBe('2026-02-01T00:00:00.000Z');
  expect(await dropMonthsBefore(db, 'user_activity', keptMs)).toEqual(['user_activity_2026_01']);
  expect(await tables()).toEqual(['user_activity_2026_02']);
  expect((await world.pool.query('select from user_activity')).rows).toHaveLength(2);
});
