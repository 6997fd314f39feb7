import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPostgres, typedQueries } from '../../../gateways/postgres.ts';
import { applyNextBatch, type ApplyPorts } from '../../../gateways/rules/apply-rules.ts';
import { articlesToJudge, judgeArticles } from '../../../gateways/rules/judge-articles.ts';
import { LiveRules } from '../../../gateways/rules/live-rules.ts';
import { writeMarks } from '../../../gateways/rules/marks.ts';
import { ruleSetRecord } from '../../../gateways/rules/rule-set-record.ts';
import { documentsOf } from '../../../gateways/services/query/documents.ts';
import { openQueries } from '../../../gateways/services/query/queries.ts';
import { openRuleRuns } from '../../../gateways/services/rules/runs.ts';
import { openRules } from '../../../gateways/services/rules/rules.ts';
import { rebuildView } from '../../../gateways/views/rebuild.ts';
import { TransientError } from '../../../streams/errors.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { enriched, id } from '../views/messages.ts';
import { emptyKafka } from '../views/running-stage.ts';
import { whileArticlesAreLocked } from '../statement-under-way.ts';
import { openWorld, type World } from '../world.ts';
import { acme, other } from './rule-making.ts';

let world: World;
let pool: Pool;
let ports: ApplyPorts;
const numbers = Array.from({ length: 10 }, (_, at) => at + 1);
const nothing = {
  query: () => Promise.reject(new Error('this test asks for no meaning')),
  fetch: () => Promise.resolve([]),
  embed: () => Promise.reject(new Error('this test asks for no meaning')),
};

beforeAll(async () => {
  world = await openWorld();
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await world.store(
    numbers.map((number) => enriched(number, 1, { title: number % 2 === 0 ? 'Strike' : 'Something else' })),
  );
  const { config, log } = world.runtime;
  const redis = connectRedis(config.redisUrl, log);
  pool = openPostgres(config.databaseUrl, { log, max: 4 });
  ports = {
    db: typedQueries(pool),
    redis,
    rules: new LiveRules({ nearVectors: () => Promise.resolve(new Map()), log }),
    documents: (transaction, ids) => documentsOf(transaction, nothing, ids),
    now: Date.now,
    log,
    batchSize: 3,
  };
});
afterAll(async () => {
  ports?.redis.disconnect();
  await pool?.end();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query('truncate outbox, article_marks, rule_runs');
  await world.pool.query('delete from rule_sets');
});

const rulesOf = (organizationId = acme) => {
  const own = { db: ports.db, organizationId, now: Date.now, vectors: nothing, embedder: nothing };
  return openRules({ ...own, queries: openQueries(own) });
};
const runsOf = (organizationId = acme) => openRuleRuns({ db: ports.db, organizationId });
const labour = (organizationId = acme) =>
  rulesOf(organizationId).create({ name: 'Labour', query: 'strike', actions: { tags: ['Labour'], route: 'desk' } });
const marked = async (organizationId = acme) =>
  (
    await world.pool.query<{ article_id: string }>(
      'select article_id from article_marks where organization_id = $1 order by 1',
      [organizationId],
    )
  ).rows.map((row) => row.article_id);
const told = async () =>
  (await world.pool.query<{ key: string }>(`select key from outbox where topic = 'article-routed' order by id`)).rows;
const strikes = [2, 4, 6, 8, 10].map(id);

describe('a run', () => {
  test('goes on a batch at a time, and tells how far it is', async () => {
    const { id: ruleId } = await labour();
    const run = await runsOf().request(ruleId);
    expect(run).toMatchObject({ state: 'waiting', judged: 0, total: null });
    expect(await applyNextBatch(ports)).toBe(true);
    expect(await runsOf().get(run.id)).toMatchObject({ state: 'running', judged: 3, changed: 1, total: 10 });
    while (await applyNextBatch(ports));
    expect(await runsOf().get(run.id)).toMatchObject({ state: 'done', judged: 10, changed: 5, total: 10 });
    expect(await marked()).toEqual(strikes);
  });

  test('that is cancelled keeps what it did and goes no further', async () => {
    await labour();
    const run = await runsOf().request(null);
    await applyNextBatch(ports);
    expect(await runsOf().cancel(run.id)).toMatchObject({ state: 'cancelled', judged: 3 });
    expect(await applyNextBatch(ports)).toBe(false);
    expect(await marked()).toHaveLength(1);
  });

  test('of rules that were changed ends where they are applied anew', async () => {
    const { id: ruleId } = await labour();
    const run = await runsOf().request(ruleId);
    expect((await runsOf().request(ruleId)).id).toBe(run.id);
    await rulesOf().change(ruleId, { query: 'else' });
    const next = await runsOf().request(ruleId);
    expect(next.id).not.toBe(run.id);
    expect((await runsOf().get(run.id)).state).toBe('cancelled');
    while (await applyNextBatch(ports));
    expect(await marked()).toEqual([1, 3, 5, 7, 9].map(id));
  });

  test('does not hold up that of another organisation', async () => {
    await labour();
    await labour(other);
    const first = await runsOf().request(null);
    const second = await runsOf(other).request(null);
    await applyNextBatch(ports);
    await applyNextBatch(ports);
    expect((await runsOf().get(first.id)).judged).toBe(3);
    expect((await runsOf(other).get(second.id)).judged).toBe(3);
    while (await applyNextBatch(ports));
    expect(await marked()).toEqual(strikes);
    expect(await marked(other)).toEqual(strikes);
  });

  test('that fails says why, and others go on', async () => {
    await labour();
    const run = await runsOf().request(null);
    const failing = { ...ports, documents: () => Promise.reject(new Error('an article that nobody can read')) };
    await applyNextBatch(failing);
    expect(await runsOf().get(run.id)).toMatchObject({ state: 'failed', error: 'an article that nobody can read' });
    expect(await applyNextBatch(ports)).toBe(false);
  });

  test('that takes longer than a statement may says so, and others go on', async () => {
    await labour();
    const run = await runsOf().request(null);
    await using slow = await whileArticlesAreLocked(world, () => applyNextBatch(ports));
    await slow.end('pg_cancel_backend');
    expect(await slow.outcome).toBe(true);
    expect(await runsOf().get(run.id)).toMatchObject({ state: 'failed', error: expect.stringContaining('canceling') });
    expect(await applyNextBatch(ports)).toBe(false);
  });

  test('waits where Postgres shuts down', async () => {
    await labour();
    const run = await runsOf().request(null);
    await using slow = await whileArticlesAreLocked(world, () => applyNextBatch(ports));
    await slow.end('pg_terminate_backend');
    await expect(slow.outcome).rejects.toBeInstanceOf(TransientError);
    expect((await runsOf().get(run.id)).state).toBe('waiting');
  });

  test('whose articles somebody keeps holds up no other', async () => {
    await labour();
    await labour(other);
    const theirs = await runsOf(other).request(null);
    await applyNextBatch(ports);
    const ours = await runsOf().request(null);
    await using impatient = Object.assign(
      new Pool({ connectionString: world.runtime.config.databaseUrl, lock_timeout: 50 }),
      {
        [Symbol.asyncDispose]: () => impatient.end(),
      },
    );
    const keeper = await world.pool.connect();
    await keeper.query('begin');
    await keeper.query('select pg_advisory_xact_lock(7306014, hashtext($1))', [id(2)]);
    const hurried = { ...ports, db: typedQueries(impatient) };
    expect(await applyNextBatch(hurried)).toBe(true);
    expect((await runsOf(other).get(theirs.id)).judged).toBe(6);
    while ((await runsOf(other).get(theirs.id)).state === 'running') await applyNextBatch(hurried);
    await expect(applyNextBatch(hurried)).rejects.toBeInstanceOf(TransientError);
    await keeper.query('rollback');
    keeper.release();
    while (await applyNextBatch(hurried));
    expect((await runsOf().get(ours.id)).state).toBe('done');
    expect(await marked()).toEqual(strikes);
  });

  test('waits where something is away', async () => {
    await labour();
    const run = await runsOf().request(null);
    const away = { ...ports, documents: () => Promise.reject(new TransientError('away')) };
    await expect(applyNextBatch(away)).rejects.toThrow('away');
    expect((await runsOf().get(run.id)).state).toBe('waiting');
  });
});

test.each(['postgres-written', 'postgres-written*2'])(
  'a process that is killed at %s leaves a run that goes on, and doubles nothing',
  async (failAt) => {
    await labour();
    const run = await runsOf().request(null);
    const { config } = world.runtime;
    const child = fork(new URL('applier-script.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        MIMIR_FAIL_AT: failAt,
        MIMIR_DATA_DIR: config.dataDir,
        DATABASE_URL: config.databaseUrl,
        REDIS_URL: config.redisUrl,
      },
    });
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    const { judged, state } = await runsOf().get(run.id);
    expect([judged, state]).toEqual(failAt === 'postgres-written' ? [0, 'waiting'] : [10, 'running']);
    while (await applyNextBatch(ports));
    expect(await runsOf().get(run.id)).toMatchObject({ state: 'done', judged: 10, changed: 5 });
    expect(await marked()).toEqual(strikes);
    expect(await told()).toHaveLength(5);
  },
);

test('who judges waits for whoever is judging the same articles, and reads what these are after that', async () => {
  await labour();
  await runsOf().request(null);
  const client = await world.pool.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(7306014, hashtext($1))', [id(2)]);
  const applying = applyNextBatch(ports);
  const waiting = async () =>
    (
      await world.pool.query(
        `select from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      )
    ).rows.length;
  await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toBe(1);
  await client.query(`update content.articles set title = 'Something else' where id = $1`, [id(2)]);
  await client.query('commit');
  client.release();
  await applying;
  while (await applyNextBatch(ports));
  expect(await marked()).toEqual(strikes.slice(1));
  await world.pool.query(`update content.articles set title = 'Strike' where id = $1`, [id(2)]);
});

test('an article that was deleted since it was judged gets no marks, and nobody hears of it', async () => {
  await labour();
  await ports.rules.refresh(ports.db);
  await ports.db.transaction().execute(async (transaction) => {
    const articles = await articlesToJudge(transaction, await ports.documents(transaction, [id(2), id(4)]));
    const { changes } = await judgeArticles(transaction, ports.rules.book, articles, Date.now());
    expect(changes).toHaveLength(2);
    await world.pool.query('delete from content.articles where id = $1', [id(2)]);
    await writeMarks(transaction, changes, Date.now());
  });
  expect(await marked()).toEqual([id(4)]);
  expect(await told()).toEqual([{ key: `${acme}/desk/${id(4)}` }]);
  await world.store([enriched(2, 1, { title: 'Strike' })]);
});

test('rules that change while a batch is under way are not judged by', async () => {
  const { id: ruleId } = await labour();
  await ports.rules.refresh(ports.db);
  await rulesOf().change(ruleId, { query: 'else' });
  await expect(ports.rules.confirm(ports.db)).rejects.toBeInstanceOf(TransientError);
  await ports.rules.refresh(ports.db);
  await ports.rules.confirm(ports.db);
});

test('rules come by the topic, and where that is behind from the database', async () => {
  await labour();
  const record = await ruleSetRecord(ports.db, acme);
  const current = { ...record, rules: record.rules.map((one) => ({ ...one, name: 'as the topic has it' })) };
  const tables = { current, behind: { ...current, revision: record.revision - 1 } };
  for (const [state, table] of Object.entries(tables)) {
    const live = new LiveRules({
      table: { get: () => table },
      nearVectors: () => Promise.resolve(new Map()),
      log: ports.log,
    });
    await live.refresh(ports.db);
    const names = live.book.rules.map(({ name }) => name);
    expect(names).toEqual([state === 'current' ? 'as the topic has it' : 'Labour']);
  }
});

test('a rule that cannot be read selects nothing, and the others go on', async () => {
  await rulesOf().create({ name: 'Odd', query: 'strike', actions: { drop: true } });
  await labour();
  await world.pool.query(`update rules set resolved = 'of:a later version' where name = 'Odd'`);
  const live = new LiveRules({ nearVectors: () => Promise.resolve(new Map()), log: ports.log });
  await live.refresh(ports.db);
  expect(live.book.rules.map(({ name }) => name)).toEqual(['Labour']);
  expect(live.degraded()).toBe('rules that cannot be read select nothing: Odd');
});

test('a rebuild of the view leaves the marks alone', async () => {
  await labour();
  await runsOf().request(null);
  while (await applyNextBatch(ports));
  const { config, log } = world.runtime;
  // Its topics are empty here, and so is what is built.
  await rebuildView('view-postgres', { config, log, kafka: emptyKafka(), codec: createLocalCodec() });
  expect((await world.pool.query('select from content.articles')).rows).toEqual([]);
  expect(await marked()).toEqual(strikes);
});
