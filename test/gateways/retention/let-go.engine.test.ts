import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { metricsRoller } from '../../../gateways/metrics/roller.ts';
import { gatherDue } from '../../../gateways/notify/gather.ts';
import { letGoOfOld } from '../../../gateways/retention/let-go.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { channelsOf, gather, raise } from '../notify/notifying.ts';
import { id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ ALERTS_KEPT_DAYS: '30', NOTIFICATIONS_KEPT_DAYS: '20', ACTIVITY_KEPT_DAYS: '40' });
  await gather(world, { stage_lag: { throttle_minutes: null } });
});
afterEach(async () => {
  await world.pool.query(
    `truncate notification_channels, alerts, alerts_let_go, watched_articles, outbox, reports, rule_runs cascade`,
  );
});
afterAll(() => world?.[Symbol.asyncDispose]());

const ask = async (text: string, values: readonly unknown[] = []) => (await world.pool.query(text, [...values])).rows;
const letGo = () => letGoOfOld(world.pool, world.runtime.config.retention, new AbortController().signal);
const titles = async () => (await ask('select title from alerts order by title')).map(({ title }) => title);

/** An article that was first collected so many days ago, and whose alert was raised then. */
async function articleAlert(at: number, days: number, channels: readonly string[] = []): Promise<readonly string[]> {
  await ask(`insert into watched_articles values ($1, now() - make_interval(days => $2)) on conflict do nothing`, [
    id(at),
    days,
  ]);
  const cause = { kind: 'saved_search' as const, subject: 'comets', window: id(at), title: `article ${at}` };
  const raised = await raise(world, { ...cause, article_id: id(at), channel_ids: channels });
  await ask(`update alerts set raised_at = now() - make_interval(days => $2) where id = any($1)`, [raised, days]);
  return raised;
}
const logChannel = async (): Promise<string> => (await channelsOf(world).create({ name: 'log', kind: 'log' })).id;
const delivered = (days: number) =>
  ask(`update notifications set delivered_at = now() - make_interval(days => $1)`, [days]);

describe('alerts', () => {
  test('go when they are old enough; an event that lasts stays, and one that is over goes', async () => {
    await articleAlert(1, 31);
    await articleAlert(2, 29);
    await raise(world, { window: 'lasts' }, { window: 'is over' });
    await ask(`update alerts set raised_at = now() - interval '50 days' where article_id is null`);
    await ask(`update alerts set over_at = now() where title = 'alert is over'`);
    expect(await letGo()).toEqual(new Map([['alerts', 2]]));
    expect(await titles()).toEqual(['alert lasts', 'article 2']);
    expect(await letGo()).toEqual(new Map());
  });

  test('that wait for delivery stay, whether a notification holds them or not', async () => {
    const channel = await logChannel();
    await articleAlert(1, 31, [channel]);
    expect(await letGo()).toEqual(new Map());
    await gatherDue(world.pool);
    expect(await letGo()).toEqual(new Map());
    await delivered(1);
    expect(await letGo()).toEqual(new Map([['alerts', 1]]));
  });

  test('that are gone are not raised again by an article that comes again; those of later articles are', async () => {
    expect(await articleAlert(1, 31)).toHaveLength(1);
    expect(await articleAlert(2, 25)).toHaveLength(1);
    await letGo();
    expect(await titles()).toEqual(['article 2']);
    expect(await articleAlert(1, 31)).toEqual([]);
    expect(await articleAlert(2, 25)).toEqual([]);
    expect(await articleAlert(3, 24)).toHaveLength(1);
    expect(await raise(world, { window: 'an event' })).toHaveLength(1);
  });

  test('are deleted only when whoever raises has committed, and are not raised again by who waited for that', async () => {
    await articleAlert(1, 31);
    const client = await world.pool.connect();
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(7017001)');
    const again = articleAlert(1, 31);
    const waits = `select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    await expect.poll(async () => (await client.query(waits)).rows, { timeout: 30_000 }).toEqual([{ waiting: 1 }]);
    await client.query(`insert into alerts_let_go values (true, now() - interval '30 days')`);
    await client.query('delete from alerts');
    await client.query('commit');
    client.release();
    expect(await again).toEqual([]);
  });

  test('of which there are many are let go of by two at once, each row once', async () => {
    await ask(
      `insert into alerts (id, organization_id, kind, subject, title, article_id, raised_at)
       select gen_random_uuid(), $1, 'saved_search', 's', 'old', gen_random_uuid(), now() - interval '60 days'
       from generate_series(1, 2500)`,
      [acme],
    );
    const counts = await Promise.all([letGo(), letGo()]);
    expect(counts.map((count) => count.get('alerts') ?? 0).reduce((sum, count) => sum + count)).toBe(2_500);
    expect(await titles()).toEqual([]);
  });
});

describe('notifications', () => {
  test('go some time after they arrived or were given up, and never while they wait', async () => {
    const channel = await logChannel();
    for (const window of ['arrived', 'given up', 'waits', 'arrived late']) {
      await raise(world, { window, channel_ids: [channel] });
      await gatherDue(world.pool);
    }
    await ask(`update notifications set created_at = now() - interval '90 days'`);
    const set = (title: string, to: string) =>
      ask(`update notifications set ${to} where data->>'title' = $1`, [`stage lag: alert ${title}`]);
    await set('arrived', `delivered_at = now() - interval '21 days'`);
    await set('given up', `given_up_at = now() - interval '21 days'`);
    await set('arrived late', `delivered_at = now() - interval '19 days'`);
    expect(await letGo()).toEqual(new Map([['notifications', 2]]));
    expect(await ask(`select data->>'title' as title from notifications order by number`)).toEqual([
      { title: 'stage lag: alert waits' },
      { title: 'stage lag: alert arrived late' },
    ]);
  });

  test('that are gone leave no alert that seems to wait: the next one of its kind is told alone', async () => {
    const channel = await logChannel();
    await raise(world, { window: 'old', channel_ids: [channel] });
    await gatherDue(world.pool);
    await delivered(21);
    await letGo();
    await raise(world, { window: 'new', channel_ids: [channel] });
    await gatherDue(world.pool);
    expect(await ask(`select data->>'title' as title, data->'count' as count from notifications`)).toEqual([
      { title: 'stage lag: alert new', count: 1 },
    ]);
  });
});

test('reports go by when they were made, runs of rules by when they ended; those under way stay', async () => {
  await ask(
    `insert into reports (id, organization_id, kind, title, time_zone, period_from, period_to, content, generated_at)
     select gen_random_uuid(), $1, 'daily', days::text, 'UTC', now() - interval '1 day', now(), '{}',
       now() - make_interval(days => days) from unnest(array[399, 401]) days`,
    [acme],
  );
  await ask(
    `insert into rule_runs (id, organization_id, state, rules_revision, requested_at, finished_at)
     select gen_random_uuid(), $1, state, days, now() - interval '200 days',
       case when state <> 'running' then now() - make_interval(days => days) end
     from unnest(array['done', 'failed', 'running', 'cancelled'], array[91, 91, 91, 89]) given (state, days)`,
    [acme],
  );
  expect(await letGo()).toEqual(
    new Map([
      ['reports', 1],
      ['rule_runs', 2],
    ]),
  );
  expect(await ask('select title from reports')).toEqual([{ title: '399' }]);
  expect(await ask('select state from rule_runs order by 1')).toEqual([{ state: 'cancelled' }, { state: 'running' }]);
});

test('the gateway metrics-roller lets go of all that when it starts, and of months of what people did', async () => {
  await articleAlert(1, 31);
  for (const days of [100, 1]) {
    await ask(`select make_month_partition('user_activity', now() - make_interval(days => $1))`, [days]);
    await ask(
      `insert into user_activity (time, organization_id, action, resource_type)
       values (now() - make_interval(days => $1), $2, 'search', 'article')`,
      [days, acme],
    );
  }
  const roller = await metricsRoller.open(world.runtime);
  await expect.poll(titles, { timeout: 30_000 }).toEqual([]);
  await expect.poll(() => ask('select action from user_activity'), { timeout: 30_000 }).toHaveLength(1);
  await roller.close();
});
