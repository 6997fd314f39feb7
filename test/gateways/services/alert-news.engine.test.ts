import { Kysely, PostgresDialect } from 'kysely';
import { expect, test } from 'vitest';
import { type Database, defaultOrganizationId } from '../../../gateways/schema.ts';
import { followAlerts } from '../../../gateways/services/alerts/alert-news.ts';
import { openWorld } from '../world.ts';

test('many alerts in a minute are told, each once, by statements that grow by no parameter', async () => {
  await using world = await openWorld();
  const beginMs = Date.now();
  await world.pool.query(
    `insert into alerts (id, organization_id, kind, subject, title, raised_at)
     select gen_random_uuid(), $1, 'rule', 'x', 'x', $2::timestamptz + n * interval '1 millisecond'
     from generate_series(1, 1000) n`,
    [defaultOrganizationId, new Date(beginMs)],
  );
  const parameters: number[] = [];
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: world.pool }),
    log: ({ query }) => void parameters.push(query.parameters.length),
  });
  const told: string[] = [];
  const enough = new AbortController();
  const onAlert = ({ id }: { readonly id: string }): Promise<void> => {
    told.push(id);
    if (told.length === 1_000) enough.abort();
    return Promise.resolve();
  };
  await followAlerts({ db, organizationId: defaultOrganizationId, now: () => beginMs }, onAlert, enough.signal);
  expect(new Set(told).size).toBe(1_000);
  expect(new Set(parameters).size).toBe(1);
});
