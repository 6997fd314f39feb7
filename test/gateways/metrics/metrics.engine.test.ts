import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { touchNextHours } from '../../../gateways/metrics/audit.ts';
import { countTouched } from '../../../gateways/metrics/round.ts';
import { touchArticles } from '../../../gateways/metrics/touch.ts';
import { verifyCounts } from '../../../gateways/metrics/verify.ts';
import { inTransaction, openPostgres, typedQueries } from '../../../gateways/postgres.ts';
import type { Database } from '../../../gateways/schema.ts';
import { writeToPostgres, type PostgresViewTopic } from '../../../gateways/views/postgres/write.ts';
import type { Message } from '../../../streams/stage.ts';
import type { Pool } from 'pg';
import { seededRandom } from '../../chaos/random.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { enriched, id, message } from '../views/messages.ts';
import { log } from '../views/running-stage.ts';
import { type KnownArticle, type KnownSource, organizations, recounted } from './recounted.ts';

let database: TestDatabase;
let pool: Pool;
let db: Kysely<Database>;

beforeEach(async () => {
  database = await testDatabase();
  pool = openPostgres(database.url, { log, max: 4 });
  db = typedQueries(pool);
  await pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [organizations[1]]);
});
afterEach(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

const nowMs = Date.parse('2026-03-10T12:00:00Z');
const options = { keptDays: 400, entitiesKeptDays: 35, maxHours: 7, now: () => nowMs };
const hourMs = 3_600_000;
const feeds = [1, 2, 3, 4].map((number) => id(900 + number));
const topicIds = [1, 2, 3].map((number) => id(700 + number));

async function roll(): Promise<void> {
  while ((await countTouched(db, options)).hours > 0);
}

async function stored(): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ key: string; value: number }>(
    `select organization_id || ' ' || metric_name || ' ' || to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')
            || ' ' || replace(dimensions::text, '": "', '":"') as key, metric_value as value from article_metrics order by 1`,
  );
  return new Map(rows.map(({ key, value }) => [key, value]));
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function rounded(counts: ReadonlyMap<string, number>): object {
  return Object.fromEntries([...counts].toSorted(byKey).map(([key, value]) => [key, Math.round(value * 1e6) / 1e6]));
}

async function follow({ id: source, organizationId, feed }: KnownSource): Promise<void> {
  await pool.query(`insert into feeds (id, url, connector) values ($1, $2, 'feed') on conflict do nothing`, [
    feed,
    `https://${feed}.example/`,
  ]);
  await pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type) values ($1, $2, $3, $4, '', 'rss')`,
    [source, organizationId, feed, source],
  );
}

/** The messages by which an article comes to be as it is known. */
function messagesOf(number: number, version: number, known: KnownArticle): readonly Message<PostgresViewTopic>[] {
  const whole = enriched(number, version, { feeds: known.feeds, language: known.language });
  const judged = { article_id: known.id, version, method: 'test' };
  return [
    message('article-enriched', known.id, {
      ...whole,
      article: { ...whole.article, published_at: known.publishedMs, visibility: known.visibility ?? 'public' },
      entities: known.entities.map((key) => ({ key, name: key, type: 'other' as const, count: 1, confidence: 1 })),
      sentiment: known.sentiment === null ? null : { ...known.sentiment, method: 'test', confidence: 1 },
    }),
    message('article-categories', known.id, {
      ...judged,
      visibility: 'public',
      model: 'test',
      categories: known.categories.map((topic) => ({ topic, score: 1, facet: topic })),
    }),
    message('article-topics', known.id, {
      ...judged,
      defined_at: 0,
      model: 'test',
      matches: Object.entries(known.topics).flatMap(([organization_id, ids]) =>
        ids.map((topic_id) => ({ organization_id, topic_id, score: 1, nearest: '' })),
      ),
    }),
  ] as readonly Message<PostgresViewTopic>[];
}

const gone = (articleId: string): readonly Message<PostgresViewTopic>[] =>
  (['article-enriched', 'article-categories', 'article-topics'] as const).map((topic) =>
    message(topic, articleId, null),
  ) as readonly Message<PostgresViewTopic>[];

const store = (messages: readonly Message<PostgresViewTopic>[]): Promise<void> =>
  inTransaction(pool, (client) => writeToPostgres(client, 'content', messages));

const idsOf = (messages: readonly Message<PostgresViewTopic>[]): readonly string[] => messages.map(({ key }) => key);

describe.each([1, 2, 3, 4, 5, 6])('after a random history (seed %i)', (seed) => {
  test('counts equal a count over the articles, with replays, repeats, moved dates, deletions and kills', async () => {
    const random = seededRandom(seed);
    const below = (count: number): number => random.integer(0, count);
    const some = <T>(of: readonly T[], share: number): T[] => of.filter(() => random.chance(share));
    const articles = new Map<number, KnownArticle>();
    const sources: KnownSource[] = [];
    /** All that was ever said, for replays; what the stage has not seen yet. */
    const history: (readonly Message<PostgresViewTopic>[])[] = [];
    let unseen: string[] = [];
    let version = 0;

    const say = async (messages: readonly Message<PostgresViewTopic>[]): Promise<void> => {
      await store(messages);
      history.push(messages);
      unseen.push(...idsOf(messages));
    };
    const actions: (() => Promise<void>)[] = [
      async () => {
        const number = below(12);
        version += 1;
        const known: KnownArticle = {
          id: id(number),
          publishedMs: nowMs - below(5) * hourMs - below(hourMs),
          feeds: some(feeds, 0.5),
          language: ['en', 'de', null][below(3)] ?? null,
          sentiment: [null, { label: 'negative', score: -0.3 } as const, { label: 'positive', score: 0.7 } as const][
            below(3)
          ] as KnownArticle['sentiment'],
          entities: some(['paris', 'united nations', '"o\'neill"\\'], 0.5),
          categories: some(['sport', 'weather'], 0.5),
          topics: Object.fromEntries(organizations.map((one) => [one, some(topicIds, 0.4)])),
          visibility: ['public', 'public', organizations[1]][below(3)] ?? 'public',
        };
        articles.set(number, known);
        await say(messagesOf(number, version, known));
      },
      async () => {
        const number = below(12);
        if (articles.delete(number)) await say(gone(id(number)));
      },
      // The stage takes in what it has not seen, in part, and dies before it commits; or commits.
      async () => {
        const batch = unseen.slice(0, 1 + below(unseen.length));
        await touchArticles(db, batch);
        if (random.chance(0.6)) unseen = unseen.slice(batch.length);
      },
      // A replay of the stage alone.
      async () => touchArticles(db, idsOf(history[below(history.length)] ?? [])),
      async () => void (await countTouched(db, { ...options, maxHours: 1 + below(3) })),
      // Two rollers at once, and their connections are cut.
      async () => {
        const doomed = openPostgres(`${database.url}?application_name=doomed`, { log, max: 2 });
        const rollers = typedQueries(doomed);
        const rounds = Promise.allSettled([countTouched(rollers, options), countTouched(rollers, options)]);
        await sleep(below(40));
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'doomed'`,
        );
        await rounds;
        await doomed.end();
      },
      async () => {
        const source = {
          id: id(500 + sources.length),
          organizationId: organizations[below(2)] ?? '',
          feed: feeds[below(feeds.length)] ?? '',
        };
        if (sources.some((one) => one.id === source.id)) return;
        sources.push(source);
        await follow(source);
      },
      async () => {
        const [removed] = sources.splice(below(sources.length), 1);
        if (removed !== undefined) await pool.query('delete from sources where id = $1', [removed.id]);
      },
    ];
    for (let step = 0; step < 60; step += 1) await actions[below(actions.length)]?.();
    await touchArticles(db, unseen);
    await roll();
    const expected = rounded(recounted(articles.values(), sources));
    expect(rounded(await stored())).toEqual(expected);

    // A rebuild fills other tables with the same; everything is read again.
    await touchArticles(db, history.flatMap(idsOf));
    const before = await pool.query('select max(id) as id from outbox');
    await roll();
    expect(rounded(await stored())).toEqual(expected);
    expect((await pool.query('select max(id) as id from outbox')).rows).toEqual(before.rows);
    expect((await pool.query('select from metric_touched')).rows).toEqual([]);
  });
});

describe('a count', () => {
  const source = { id: id(500), organizationId: organizations[0], feed: feeds[0] ?? '' };
  const known: KnownArticle = {
    id: id(1),
    publishedMs: nowMs - hourMs,
    feeds: [source.feed],
    language: 'en',
    sentiment: null,
    entities: [],
    categories: ['sport'],
    topics: {},
  };

  test('is told on the topic, and told as nothing when it is gone', async () => {
    await follow(source);
    await store(messagesOf(1, 1, known));
    await touchArticles(db, [known.id]);
    await roll();
    const told = async () =>
      (await pool.query(`delete from outbox where topic = 'article-metric' returning key, payload`)).rows.map(
        ({ key, payload }): [string, number] => [key.split('/').slice(1).join('/'), payload.metric_value],
      );
    const hour = new Date(nowMs - hourMs).toISOString();
    const expected: [string, number][] = [
      [`articles/${hour}`, 1],
      [`articles_by_category/${hour}/category/sport`, 1],
      [`articles_by_language/${hour}/language/en`, 1],
      [`articles_by_source/${hour}/source/${source.id}`, 1],
    ];
    expect((await told()).toSorted(byKey)).toEqual(expected);
    await store(gone(known.id));
    await touchArticles(db, [known.id]);
    await roll();
    expect((await told()).toSorted(byKey)).toEqual(expected.map(([key]) => [key, 0]));
    expect((await pool.query('select from metric_articles')).rows).toEqual([]);
  });

  test('of a feed that has moved stays with its source', async () => {
    await follow(source);
    await store(messagesOf(1, 1, known));
    await touchArticles(db, [known.id]);
    await roll();
    const before = await stored();
    await pool.query(`insert into feeds (id, url, connector) values ($1, 'https://moved.example/', 'feed')`, [
      feeds[1],
    ]);
    await pool.query('update sources set feed_id = $1', [feeds[1]]);
    await pool.query(`insert into former_feeds (id, visibility, url, feed_id) values ($1, 'public', '', $2)`, [
      source.feed,
      feeds[1],
    ]);
    await roll();
    expect(await stored()).toEqual(before);
    expect(before.size).toBe(4);
  });

  test('that nobody was told of is found by the hours that are counted in turn', async () => {
    await follow(source);
    await roll();
    await store(messagesOf(1, 1, known));
    await roll();
    expect((await stored()).size).toBe(0);
    await store(messagesOf(2, 1, { ...known, id: id(2), publishedMs: nowMs - 30 * hourMs }));
    for (let turn = 0; turn < 2; turn += 1) {
      await touchNextHours(db, 0, 1);
      await roll();
    }
    expect((await stored()).size).toBe(8);
    await touchNextHours(db, 0, 1);
    await touchNextHours(db, 0, 1);
    expect((await pool.query('select hour from metric_touched')).rows).toEqual([{ hour: new Date(nowMs - hourMs) }]);
  });

  test('that is wrong is told by a comparison, which changes nothing', async () => {
    await follow(source);
    await store(messagesOf(1, 1, known));
    await roll();
    await pool.query(`update article_metrics set metric_value = 7 where metric_name = 'articles'`);
    const wrong = await stored();
    const hour = new Date(nowMs - hourMs).toISOString();
    expect(await verifyCounts(db, options)).toEqual({ hours: 1, waiting: 0, differing: [{ hour, counts: 1 }] });
    expect(await stored()).toEqual(wrong);
  });

  test('of an hour that is older than counts are kept is not made, and of names not after some weeks', async () => {
    await follow(source);
    const old = { ...known, entities: ['paris'] };
    await store(messagesOf(1, 1, { ...old, publishedMs: nowMs - 500 * 24 * hourMs }));
    await store(messagesOf(2, 1, { ...old, id: id(2), publishedMs: nowMs - 40 * 24 * hourMs }));
    await touchArticles(db, [id(1), id(2)]);
    await roll();
    expect([...new Set([...(await stored()).keys()].map((key) => key.split(' ')[1]))]).toEqual([
      'articles',
      'articles_by_category',
      'articles_by_language',
      'articles_by_source',
    ]);
    expect((await pool.query('select from metric_touched')).rows).toEqual([]);
  });
});

test('an hour that is touched while it is counted is counted again', async () => {
  await pool.query(`insert into metric_touched (hour) values ($1)`, [new Date(nowMs)]);
  await db.transaction().execute(async (other) => {
    // Another roller has the hour.
    await sql`select pg_advisory_xact_lock(7306011, ${nowMs / hourMs})`.execute(other);
    expect(await countTouched(db, options)).toMatchObject({ hours: 0 });
  });
  let counting: Promise<unknown> = Promise.resolve();
  await db.transaction().execute(async (stage) => {
    // Not to be seen yet while the hour is counted: taking the mark away waits for it, and then leaves it.
    await sql`update metric_touched set marks = marks + 1`.execute(stage);
    counting = countTouched(db, options);
    await sleep(300);
  });
  expect(await counting).toMatchObject({ hours: 1 });
  expect((await pool.query('select marks from metric_touched')).rows).toEqual([{ marks: 2 }]);
});
