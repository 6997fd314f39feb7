import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  articleColumns,
  articleRecord,
  articleRecordOfRow,
  type ArticleRow,
} from '../../../gateways/article-record.ts';
import { openPostgres } from '../../../gateways/postgres.ts';
import { analysisRevision } from '../../../domain/analysis/article-lexemes.ts';
import { reanalyse } from '../../../gateways/views/postgres/reanalyse.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import type { PostgresViewTopic } from '../../../gateways/views/postgres/write.ts';
import { listCache } from '../../../gateways/views/redis/list-cache.ts';
import { FatalError, TransientError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import {
  article,
  type ArticleFields,
  duplicate,
  enriched,
  feed,
  id,
  message,
  noArticle,
  noDuplicate,
  status,
} from './messages.ts';
import { configOf, emptyKafka, log, openView, redisDatabase, type RunningView } from './running-stage.ts';

type In = Message<PostgresViewTopic>;

let database: TestDatabase;
let pool: Pool;
let view: RunningView<PostgresViewTopic>;
const redisUrl = (): string => redisDatabase(engines().redisUrl, 13);

beforeAll(async () => {
  database = await testDatabase();
  pool = openPostgres(database.url, { log });
  view = await openView(viewPostgres, configOf({ DATABASE_URL: database.url, REDIS_URL: redisUrl() }));
});
afterAll(async () => {
  await view[Symbol.asyncDispose]();
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await empty();
});

async function empty(): Promise<void> {
  await pool.query('truncate content.articles, content.article_feeds, content.duplicates, content.feed_status');
}

async function stored(number: number) {
  const { rows } = await pool.query<ArticleRow>(
    `select ${articleColumns.join(', ')}, array(select feed_id::text from content.article_feeds where article_id = id) as feed_ids
     from content.articles where id = $1`,
    [id(number)],
  );
  return rows[0] === undefined ? undefined : articleRecordOfRow(rows[0]);
}

const feedsOf = async (number: number): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ feed_id: string }>(
    'select feed_id from content.article_feeds where article_id = $1 order by 1',
    [id(number)],
  );
  return rows.map((row) => row.feed_id);
};

test('a row reads back as the record that was made of the message, field by field', async () => {
  const fields: ArticleFields[] = [{}, { sentiment: null, language: null, authors: [], tags: [], html: '<p>x</p>' }];
  for (const [place, given] of fields.entries()) {
    const value = enriched(place + 1, 7, { ...given, feeds: [feed('b'), feed('a')] });
    await view.process(message('article-enriched', id(place + 1), value));
    expect(await stored(place + 1)).toEqual(articleRecord(value));
  }
});

/** The same at a later offset. */
const again = <M extends In>(one: M): M => ({ ...one, offset: article(1, 1).offset });

const titled = (version: number): In => article(1, version, { title: `v${version}` });

describe('versions', () => {
  test.each<[string, readonly In[], string | undefined]>([
    ['the newer of two stays', [titled(1), titled(2)], 'v2'],
    ['a late older one changes nothing', [titled(2), titled(1)], 'v2'],
    ['a repeat changes nothing', [titled(2), titled(1), titled(2), titled(1)], 'v2'],
    ['a tombstone deletes', [titled(2), noArticle(1)], undefined],
    ['what comes after a tombstone is stored', [titled(2), noArticle(1), titled(1)], 'v1'],
    ['a tombstone of nothing is harmless', [noArticle(1)], undefined],
  ])('%s, in one batch and one by one', async (_title, messages, title) => {
    await view.process(...messages.map(again));
    expect((await stored(1))?.title).toBe(title);
    await empty();
    for (const one of messages) await view.process(again(one));
    expect((await stored(1))?.title).toBe(title);
    expect((await feedsOf(1)).length).toBe(title === undefined ? 0 : 1);
  });

  test('an equal version with other content changes nothing', async () => {
    await view.process(article(1, 5, { title: 'first', feeds: [feed('a')] }));
    await view.process(article(1, 5, { title: 'second', feeds: [feed('b')] }));
    expect((await stored(1))?.title).toBe('first');
    expect(await feedsOf(1)).toEqual([feed('a')]);
  });

  test('the feeds of a newer version replace those of the older', async () => {
    await view.process(article(1, 1, { feeds: [feed('a'), feed('b')] }), article(2, 1, { feeds: [feed('a')] }));
    await view.process(article(1, 2, { feeds: [feed('b'), feed('c'), feed('b')] }));
    await view.process(article(1, 1, { feeds: [feed('a'), feed('b')] }));
    expect(await feedsOf(1)).toEqual([feed('b'), feed('c')]);
    expect(await feedsOf(2)).toEqual([feed('a')]);
  });

  test('writers that overlap leave the greatest version, and none waits for another for ever', async () => {
    const versions = Array.from({ length: 12 }, (_, place) => place + 1);
    await Promise.all(
      versions.map((version) => {
        const batch = [1, 2, 3, 4, 5].map((number) =>
          article(number, version, { feeds: [feed(version % 2 === 0 ? 'a' : 'b')] }),
        );
        return view.process(...(version % 2 === 0 ? batch : batch.toReversed()));
      }),
    );
    for (const number of [1, 2, 3, 4, 5]) {
      expect((await stored(number))?.version).toBe(12);
      expect(await feedsOf(number)).toEqual([feed('a')]);
    }
  });
});

describe('a message that comes again', () => {
  test('changes nothing, whatever was stored since: not even a deletion does', async () => {
    const [first, gone, back] = [titled(5), noArticle(1), titled(1)];
    await view.process(first, gone, back);
    await view.process(first, gone);
    await view.process(gone);
    expect((await stored(1))?.title).toBe('v1');
    await view.process(gone, back, titled(2));
    expect((await stored(1))?.title).toBe('v2');
  });

  test('is recognised by another process too', async () => {
    const messages = [titled(5), noArticle(1), titled(1)];
    await view.process(...messages);
    const config = configOf({ DATABASE_URL: database.url, REDIS_URL: redisUrl() });
    await using other = await openView(viewPostgres, config, { kafka: emptyKafka(Number(messages[2]?.offset) + 1) });
    await other.process(...messages.slice(0, 2));
    expect((await stored(1))?.title).toBe('v1');
  });

  test('stops the view where the database was set back meanwhile', async () => {
    await using own = await testDatabase();
    const config = configOf({ DATABASE_URL: own.url, REDIS_URL: redisUrl() });
    await using other = await openView(viewPostgres, config);
    const first = titled(1);
    await other.process(first);
    await viewPostgres.movePositions?.({ config, log }, [{ topic: first.topic, partition: 0, offset: 1n }]);
    await expect(other.process(titled(2))).rejects.toThrow(/set back/u);
    await other.process(status('a', 1));
  });
});

test('links to originals follow their versions and their tombstones', async () => {
  await view.process(duplicate(1, 9, 2), duplicate(2, 9, 2), duplicate(3, 9, 2));
  await view.process(duplicate(1, 8, 1), duplicate(2, null, 3), noDuplicate(3));
  const { rows } = await pool.query('select article_id, original_id, version from content.duplicates order by 1');
  expect(rows).toEqual([
    { article_id: id(1), original_id: id(9), version: 2 },
    { article_id: id(2), original_id: null, version: 3 },
  ]);
});

test('the latest state of a feed stays', async () => {
  await view.process(status('a', 2000, { outcome: 'failed', error_code: 'timeout', title: null }), status('b', 1000));
  await view.process(status('a', 1000));
  const { rows } = await pool.query(
    'select feed_id, checked_at, outcome, error_code, title from content.feed_status order by 1',
  );
  expect(rows).toEqual([
    { feed_id: feed('a'), checked_at: new Date(2000), outcome: 'failed', error_code: 'timeout', title: null },
    { feed_id: feed('b'), checked_at: new Date(1000), outcome: 'collected', error_code: null, title: 'A feed' },
  ]);
});

test.each<[string, ArticleFields, ArticleFields]>([
  ['U+0000', { title: 'a\0b', text: '\0', authors: ['x\0'] }, { title: 'ab', text: '', authors: ['x'] }],
  ['lone surrogates', { title: 'a\uD800b', tags: ['\uDC00'] }, { title: 'a\uFFFDb', tags: ['\uFFFD'] }],
  ['quotes, braces and backslashes', { title: `'"\\{}$1`, tags: ['a,b', '"', '\\', '{}', 'null', ''] }, {}],
  ['other scripts and emoji', { title: '地震 🌋 שלום', text: 'مرحبا' }, {}],
  ['a word of 3 MB', { text: 'x'.repeat(3_000_000) }, {}],
  ['a title of 1 MB', { title: 'word '.repeat(200_000).trim() }, {}],
])('%s is stored, and breaks no batch', async (_title, given, expected) => {
  await view.process(article(1, 1), article(2, 1, given), article(3, 1));
  const { title, content, tags, authors } = (await stored(2)) ?? {};
  const kept = { ...given, ...expected };
  expect({ title, content, tags, authors }).toEqual({
    title: kept.title ?? 'Title 2, version 1',
    content: kept.text ?? enriched(2, 1).article.text,
    tags: kept.tags ?? ['tag'],
    authors: kept.authors ?? ['Ada Lovelace', 'Grace Hopper'],
  });
  expect(await stored(3)).toBeDefined();
});

const vectorOf = async (number: number): Promise<string> => {
  const { rows } = await pool.query<{ search_vector: string }>(
    'select search_vector from content.articles where id = $1',
    [id(number)],
  );
  return rows[0]?.search_vector ?? '';
};

describe('what articles are found by', () => {
  test('lexemes of the analyser, with their places and weights, also those with quotes and backslashes', async () => {
    await view.process(article(1, 1, { title: 'Volcanoes erupt', text: 'C++ volcano 中国', language: 'en' }));
    const { rows } = await pool.query<{ given: string }>(`select $1::tsvector::text as given`, [
      "'en:volcano':1A,8C 'en:erupt':2A 'en:a':4B 'en:summari':5B 'en:c++':7C '中':9C '中国':9C '国':10C",
    ]);
    expect(await vectorOf(1)).toBe(rows[0]?.given);
  });

  test('the keys of site, authors, tags and keywords', async () => {
    await view.process(article(1, 1, { tags: ['Climate Change', '👍'], authors: ["Flann O'Brien"] }));
    const { rows } = await pool.query<{ search_keys: string[] }>('select search_keys from content.articles');
    expect(rows[0]?.search_keys).toEqual(
      expect.arrayContaining(['author=brien', 'author=flann o brien', 'tag=climate change', 'tag=👍']),
    );
  });

  test('a text that would overflow a tsvector is stored all the same', async () => {
    // Pairs of characters, hardly one twice.
    let seed = 1;
    const character = (): string => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return String.fromCodePoint(0x4e_00 + ((seed >>> 8) % 20_000));
    };
    const text = Array.from({ length: 120_000 }, character).join('');
    const pairs = Array.from(text, (one, index) => one + (text[index + 1] ?? '')).join(' ');
    await expect(pool.query(`select to_tsvector('simple', $1)`, [pairs])).rejects.toThrow('too long for tsvector');
    await view.process(article(1, 1, { text, language: 'zh' }));
    expect(await vectorOf(1)).toContain(text.slice(0, 2));
  });

  test('rows that an earlier analysis has made are made anew when the view starts', async () => {
    await view.process(...[1, 2, 3].map((number) => article(number, 1, { title: `Volcano ${number}` })));
    const vectors = await Promise.all([1, 2, 3].map(vectorOf));
    await pool.query(
      `update content.articles set search_vector = 'old', search_keys = '{}', analysis = 0
                      where id <> $1`,
      [id(2)],
    );
    await reanalyse(pool, log, new AbortController().signal);
    expect(await Promise.all([1, 2, 3].map(vectorOf))).toEqual(vectors);
    const { rows } = await pool.query(
      'select distinct analysis, cardinality(search_keys) > 0 as has_keys from content.articles',
    );
    expect(rows).toEqual([{ analysis: analysisRevision, has_keys: true }]);
  });

  test('what another process has in hand is waited for', async () => {
    await view.process(article(1, 1));
    await pool.query('update content.articles set analysis = 0');
    const other = await pool.connect();
    await other.query('begin');
    await other.query('select from content.articles for update');
    const ends = reanalyse(pool, log, new AbortController().signal);
    await expect(Promise.race([ends.then(() => 'ended'), setTimeout(300, 'waits')])).resolves.toBe('waits');
    await other.query('rollback');
    other.release();
    await ends;
    const { rows } = await pool.query<{ analysis: number }>('select analysis from content.articles');
    expect(rows).toEqual([{ analysis: analysisRevision }]);
  });
});

/** As the runner does: tries again while something is away. */
async function stubbornly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    await stubbornly(work);
  }
}

describe('errors', () => {
  test.each<[string, In]>([
    ['an id that is no UUID', message('article-enriched', 'x', { ...enriched(2, 1), article_id: 'x' })],
    ['a tombstone whose key is no UUID', message('article-enriched', 'x', null)],
    ['a time that no calendar holds', message('feed-status', feed('a'), status('a', 9e15).value)],
    ['a number that is none', article(2, Number.NaN)],
  ])(
    '%s is poison: neither transient nor fatal, and the others of its batch are stored when alone',
    async (_title, poison) => {
      const failure = view.process(article(1, 1), again(poison));
      await expect(failure).rejects.toBeInstanceOf(Error);
      await expect(failure).rejects.not.toBeInstanceOf(TransientError);
      await expect(failure).rejects.not.toBeInstanceOf(FatalError);
      expect(await stored(1)).toBeUndefined();
      await view.process(article(1, 1));
      expect(await stored(1)).toBeDefined();
    },
  );

  test('Postgres away is transient', async () => {
    const away = configOf({ DATABASE_URL: 'postgres://a@127.0.0.1:1/b', REDIS_URL: redisUrl() });
    await expect(openView(viewPostgres, away)).rejects.toBeInstanceOf(TransientError);
  });

  test('tables that are missing are fatal: every message would fail alike', async () => {
    await using bare = await testDatabase({ migrated: false });
    const config = configOf({ DATABASE_URL: bare.url, REDIS_URL: redisUrl() });
    await expect(openView(viewPostgres, config)).rejects.toBeInstanceOf(FatalError);
  });

  test('sessions that the server ends, idle or at work, are transient and end no process', async () => {
    const endAll =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    await view.process(article(1, 1));
    await pool.query(endAll);
    await stubbornly(() => view.process(article(1, 1)));
    const blocker = await pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query('lock table content.articles in exclusive mode');
      const atWork = view.process(article(1, 2));
      const outcome = atWork.then(
        () => 'stored',
        (error: unknown) => error,
      );
      await expect
        .poll(
          async () =>
            (
              await blocker.query(
                "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
              )
            ).rowCount,
        )
        .toBe(1);
      await blocker.query(endAll);
      expect(await outcome).toBeInstanceOf(TransientError);
    } finally {
      await blocker.query('rollback');
      blocker.release();
    }
    await stubbornly(() => view.process(article(1, 2)));
    expect((await stored(1))?.version).toBe(2);
  });
});

describe('cached lists', () => {
  test('end when the view has changed, and a list computed meanwhile is not found afterwards', async () => {
    const redis = connectRedis(redisUrl(), log);
    const lists = listCache(redis, log);
    try {
      const query = { page: 1, test: database.url };
      const old = 'computed before the change';
      const early = await lists.find('articles:list', query);
      if (early.hit) throw new Error('nothing was cached');
      await early.fill(old);
      expect(await lists.find('articles:list', query)).toEqual({ hit: true, value: old });

      await view.process(article(1, 1));
      const next = await lists.find('articles:list', query);
      expect(next.hit).toBe(false);
      await early.fill(old);
      expect((await lists.find('articles:list', query)).hit).toBe(false);
    } finally {
      redis.disconnect();
    }
  });

  test('that cannot be left aside are a transient error, before anything is stored', async () => {
    await using view2 = await openView(
      viewPostgres,
      configOf({ DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1' }),
    );
    await expect(view2.process(article(1, 1))).rejects.toBeInstanceOf(TransientError);
    expect(await stored(1)).toBeUndefined();
    await view2.process(status('a', 1));
  });
});

const relevant = (version: number, definedAt: number, isFound: boolean): In =>
  message('article-relevance', id(1), {
    article_id: id(1),
    version,
    defined_at: definedAt,
    organizations: isFound ? [{ organization_id: id(500), score: 0.5, keywords: [] }] : [],
    method: 'test',
  });
const known = async () => {
  const { rows } = await pool.query(
    `select version, defined_at, (select count(*) from content.article_relevance) as found
     from content.article_judged where article_id = $1 and what = 'relevance'`,
    [id(1)],
  );
  return rows;
};

describe('a judgement by what organisations have defined', () => {
  beforeEach(() => pool.query('truncate content.article_relevance, content.article_judged'));

  test('is remembered also where it found nothing, and an older one that found something comes too late', async () => {
    await view.process(relevant(2, 5, false));
    expect(await known()).toEqual([{ version: 2, defined_at: 5, found: 0 }]);
    await view.process(relevant(1, 9, true), relevant(2, 4, true));
    expect(await known()).toEqual([{ version: 2, defined_at: 5, found: 0 }]);
    await view.process(relevant(2, 6, true));
    expect(await known()).toEqual([{ version: 2, defined_at: 6, found: 1 }]);
  });

  test('is forgotten with its tombstone', async () => {
    await view.process(relevant(1, 1, true));
    await view.process(message('article-relevance', id(1), null));
    expect(await known()).toEqual([]);
  });
});
