import { readFile, readdir } from 'node:fs/promises';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../gateways/migrate.ts';
import { openPostgres } from '../../gateways/postgres.ts';
import { FatalError, TransientError } from '../../streams/errors.ts';
import { testDatabase, type TestDatabase } from './database.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase({ migrated: false });
  pool = openPostgres(database.url, { log });
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

test('several processes may migrate at once, and each migration runs once', async () => {
  const files = (await readdir('migrations')).map((file) => file.replace(/\.sql$/u, '')).toSorted();
  const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, log)));
  expect(runs.flat()).toEqual(files);
  const { rows } = await pool.query<{ name: string }>('select name from migrations order by id');
  expect(rows.map((row) => row.name)).toEqual(files);
});

test('migrating again changes nothing', async () => {
  expect(await migrate(database.url, log)).toEqual([]);
});

test('a database that is away is a transient error', async () => {
  await expect(migrate('postgres://nobody@127.0.0.1:1/none', log)).rejects.toBeInstanceOf(TransientError);
});

test('tables that are not ours to change are a fatal error that says what is wrong', async () => {
  await using other = await testDatabase({ migrated: false });
  const foreign = openPostgres(other.url, { log });
  await foreign.query('create table feeds (id text)');
  const failed = migrate(other.url, log);
  await expect(failed).rejects.toBeInstanceOf(FatalError);
  await expect(failed).rejects.toThrow(
    'the tables could not be brought up to date and are as they were: relation "feeds"',
  );
  const { rows } = await foreign.query(`select from information_schema.tables where table_name = 'sources'`);
  await foreign.end();
  expect(rows).toEqual([]);
});

test('the typed tables name the columns that the database has', async () => {
  const source = await readFile('gateways/schema.ts', 'utf8');
  const { rows } = await pool.query<{ table: string; columns: string[] }>(
    `select case table_schema when 'public' then '' else table_schema || '.' end || table_name as table,
            array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.tables join information_schema.columns using (table_schema, table_name)
     where table_schema not in ('pg_catalog', 'information_schema') and table_name <> 'migrations' group by 1 order by 1`,
  );
  const typed = [...source.matchAll(/^ {2}'?([\w.]+)'?: (\w+);$/gmu)]
    .map(([, table = '', name = '']) => ({
      table,
      body: source.split(`export interface ${name} {\n`)[1]?.split('\n}')[0],
    }))
    .filter((entry) => entry.body !== undefined)
    .map(({ table, body = '' }) => ({
      table,
      columns: [...body.matchAll(/^ {2}(\w+):/gmu)].map(([, column]) => column),
    }))
    .toSorted((a, b) => (a.table < b.table ? -1 : 1));
  expect(typed).toEqual(rows.toSorted((a, b) => (a.table < b.table ? -1 : 1)));
});
