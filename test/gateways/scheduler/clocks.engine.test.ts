import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const count = 300;
const script = fileURLToPath(new URL('scheduler-script.ts', import.meta.url));

test('three processes whose clocks are 90 s and years apart ask for each due time exactly once', async () => {
  await world.pool.query(
    `insert into feeds (id, url, connector, next_due_at)
     select md5(n::text)::uuid, 'https://f' || n || '.example/', 'feed', now() + n % 4 * interval '1 second'
     from generate_series(1, $1) n`,
    [count],
  );
  await world.pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type, interval_seconds)
     select id, $1, id, url, url, 'rss', 86400 from feeds`,
    [defaultOrganizationId],
  );
  // Due by the clocks of two of the three, and not by the database's.
  await world.pool.query(
    `with later as (
       insert into feeds (id, url, connector, next_due_at)
       values (md5('later')::uuid, 'https://later.example/', 'feed', now() + interval '80 seconds') returning id
     )
     insert into sources (id, organization_id, feed_id, name, url, type) select id, $1, id, 'later', '', 'rss' from later`,
    [defaultOrganizationId],
  );
  const children = [-90_000, 90_000, 400 * 86_400_000].map((aheadMs) =>
    fork(script, [world.runtime.config.databaseUrl, String(aheadMs)]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const asked = async (): Promise<number> =>
    (await world.pool.query('select count(*)::int as count from outbox')).rows[0].count;
  for (let round = 1; round <= 3; round += 1) {
    await expect.poll(asked, { timeout: 25_000 }).toBe(count * round);
    await world.pool.query(
      "update feeds set next_due_at = now() - $1 * interval '1 second' where url <> 'https://later.example/'",
      [round],
    );
  }
  await expect.poll(asked, { timeout: 25_000 }).toBe(count * 4);
  // The three look every 3 s: more would come by now.
  const before = await world.pool.query('select max(id)::int as id from outbox');
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect((await world.pool.query('select max(id)::int as id from outbox')).rows).toEqual(before.rows);
  const { rows } = await world.pool.query(
    `select count(distinct payload ->> 'request_id')::int as ids, count(distinct payload ->> 'feed_id')::int as feeds,
       max(abs(extract(epoch from created_at) * 1000 - (payload ->> 'requested_at')::float8)) < 10000 as "byDatabase"
     from outbox`,
  );
  expect(rows).toEqual([{ ids: count * 4, feeds: count, byDatabase: true }]);
  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.disconnect();
  await Promise.all(ended);
}, 90_000);
