import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction, openPostgres } from '../../../gateways/postgres.ts';
import type { ContentSchema } from '../../../gateways/views/postgres/content-schema.ts';
import { type PostgresViewTopic, writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import type { Message } from '../../../streams/stage.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { article, enriched, id, message, noArticle } from './messages.ts';
import { log } from './running-stage.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = openPostgres(database.url, { log });
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await pool.query('truncate content.articles, content.article_feeds, history.article_revisions');
});

const write = (messages: readonly Message<PostgresViewTopic>[], schema: ContentSchema = 'content') =>
  inTransaction(pool, (client) => writeToPostgres(client, schema, messages));

async function revisions(number: number) {
  const { rows } = await pool.query<{ version: string; title: string; scraped_at: Date; superseded_at: Date }>(
    'select version, title, scraped_at, superseded_at from history.article_revisions where article_id = $1 order by version',
    [id(number)],
  );
  return rows.map(({ version, title, scraped_at: from, superseded_at: to }) => [
    Number(version),
    title,
    from.getTime() % 1_000,
    to.getTime() % 1_000,
  ]);
}

const says = (title: string, text = 'The text.') => ({ title, text });

test('what an article said is kept when it says something else, with the times between which it did', async () => {
  await write([article(1, 10, says('First')), article(2, 10, says('Other'))]);
  await write([article(1, 20, says('Second'))]);
  await write([article(1, 30, says('Second', 'Another text.'))]);
  expect(await revisions(1)).toEqual([
    [10, 'First', 10, 20],
    [20, 'Second', 20, 30],
  ]);
  expect(await revisions(2)).toEqual([]);
});

test('a version that says the same is none, and neither is a repeat or one that comes late', async () => {
  await write([article(1, 10, says('First'))]);
  await write([article(1, 20, says('First'))]);
  await write([article(1, 30, says('Second'))]);
  await write([article(1, 30, says('Second')), article(1, 25, says('Late'))]);
  expect(await revisions(1)).toEqual([[20, 'First', 20, 30]]);
});

test('versions that come in one batch are told apart', async () => {
  await write([article(1, 30, says('Third')), article(1, 10, says('First')), article(1, 20, says('Second'))]);
  expect(await revisions(1)).toEqual([
    [10, 'First', 10, 20],
    [20, 'Second', 20, 30],
  ]);
});

test('the newest 20 of an article stay', async () => {
  for (let version = 1; version <= 25; version += 1) await write([article(1, version, says(`Title ${version}`))]);
  expect((await revisions(1)).map(([version]) => version)).toEqual(Array.from({ length: 20 }, (_, at) => at + 5));
});

test('long texts stay to 2 million characters an article', async () => {
  for (let version = 1; version <= 6; version += 1) {
    await write([article(1, version, says(`Title ${version}`, 'word '.repeat(150_000)))]);
  }
  expect((await revisions(1)).map(([version]) => version)).toEqual([4, 5]);
});

test('they go with the article, also where it comes back in the same batch', async () => {
  await write([article(1, 10, says('First'))]);
  await write([article(1, 20, says('Second'))]);
  await write([article(1, 30, says('Third')), noArticle(1), article(1, 40, says('Fourth'))]);
  expect(await revisions(1)).toEqual([]);
});

test('they go when the publisher asks that the text is not kept', async () => {
  await write([article(1, 10, says('First'))]);
  const { article: page, ...rest } = enriched(1, 20, says('Second'));
  await write([message('article-enriched', id(1), { ...rest, article: { ...page, withheld: 'noarchive' } })]);
  expect(await revisions(1)).toEqual([]);
});

test('a rebuild, which knows the latest version only, leaves them as they are', async () => {
  await write([article(1, 10, says('First'))]);
  await write([article(1, 20, says('Second'))]);
  await pool.query('create schema content_next');
  await pool.query('create table content_next.articles (like content.articles including all)');
  await pool.query('create table content_next.article_feeds (like content.article_feeds including all)');
  await write([noArticle(1), article(1, 20, says('Second'))], 'content_next');
  expect(await revisions(1)).toEqual([[10, 'First', 10, 20]]);
});
