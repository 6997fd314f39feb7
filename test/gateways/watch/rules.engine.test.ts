import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, typedQueries } from '../../../gateways/postgres.ts';
import { openRules, type Rules } from '../../../gateways/services/rules/rules.ts';
import type { NewRule } from '../../../gateways/services/rules/input.ts';
import { openQueries } from '../../../gateways/services/query/queries.ts';
import { setPositions } from '../../../gateways/views/postgres/positions.ts';
import { writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import { openRuleWatcher } from '../../../gateways/watch/rule-watcher.ts';
import { watch } from '../../../gateways/watch/watch.ts';
import { type WatchedTopic, watchedTopics } from '../../../gateways/watch/watched-topics.ts';
import { TransientError } from '../../../streams/errors.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import type { Message } from '../../../streams/stage.ts';
import { acme, other } from '../rules/rule-making.ts';
import { type ArticleFields, enriched, id, judgements, message, noArticle } from '../views/messages.ts';
import { emptyKafka, openView, type RunningView } from '../views/running-stage.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
let stage: RunningView<WatchedTopic>;

beforeAll(async () => {
  world = await openWorld({ VECTOR_DIMENSIONS: '2' });
  await setPositions(
    world.pool,
    'content',
    watchedTopics.map((topic) => ({ topic, partition: 0, offset: 1_000_000_000n })),
  );
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  stage = await openView(watch, world.runtime.config);
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query('truncate outbox, alerts, notification_channels, article_marks, watched_articles cascade');
  await world.pool.query('truncate content.articles, content.article_categories');
  await world.pool.query('delete from rules');
  await world.pool.query('update rule_sets set revision = revision + 1');
});

const nothing = {
  query: () => Promise.reject(new Error('this test asks for no meaning')),
  fetch: () => Promise.reject(new Error('this test asks for no meaning')),
  embed: () => Promise.reject(new Error('this test asks for no meaning')),
};
const queriesOf = (organizationId: string) =>
  openQueries({
    db: typedQueries(world.pool),
    organizationId,
    now: Date.now,
    vectors: nothing,
    embedder: nothing,
  });
const rulesOf = (organizationId = acme): Rules =>
  openRules({
    db: typedQueries(world.pool),
    organizationId,
    now: Date.now,
    queries: queriesOf(organizationId),
    vectors: nothing,
    embedder: nothing,
  });
const rule = (name: string, query: string, actions: NewRule['actions'], organizationId = acme) =>
  rulesOf(organizationId).create({ name, query, actions });

interface Given extends ArticleFields {
  readonly visibility?: string;
  readonly collectedAt?: number;
}

function article(number: number, version: number, { visibility = 'public', collectedAt, ...fields }: Given) {
  const whole = enriched(number, version, fields);
  const fetched_at = collectedAt ?? whole.article.fetched_at;
  return message('article-enriched', id(number), {
    ...whole,
    article: { ...whole.article, visibility, fetched_at },
  });
}

/** Stores what the messages say, as view-postgres does, and gives them to the stage. */
async function comes(...messages: readonly Message<WatchedTopic>[]): Promise<void> {
  await inTransaction(world.pool, (client) =>
    writeToPostgres(client, 'content', messages as Parameters<typeof writeToPostgres>[2]),
  );
  await stage.process(...messages);
}

const marks = async (organizationId = acme) =>
  (
    await world.pool.query(
      `select article_id, tags, dropped, priority, routes, rules from article_marks
       where organization_id = $1 order by article_id`,
      [organizationId],
    )
  ).rows;
const routed = async () =>
  (await world.pool.query(`select key, payload from outbox where topic = 'article-routed' order by id`)).rows;

describe('an article that comes', () => {
  test('is marked and sent where the rules say, once, however often it comes', async () => {
    const one = await rule('labour', 'strike', { tags: ['Labour'], priority: 1 });
    const two = await rule('desk', 'tag:labour', { route: 'desk' });
    await rule('sport', 'football', { drop: true });
    const strike = article(1, 1, { title: 'Strike ends' });
    await comes(strike, article(2, 1, { title: 'Something else' }));
    const expected = [
      {
        article_id: id(1),
        tags: ['Labour'],
        dropped: false,
        priority: 1,
        routes: ['desk'],
        rules: [
          { id: one.id, name: 'labour', revision: 1 },
          { id: two.id, name: 'desk', revision: 1 },
        ],
      },
    ];
    expect(await marks()).toEqual(expected);
    const told = await routed();
    expect(told).toMatchObject([
      {
        key: `${acme}/desk/${id(1)}`,
        payload: {
          organization_id: acme,
          route: 'desk',
          article_id: id(1),
          version: 1,
          rules: [{ rule_id: two.id, name: 'desk', revision: 1 }],
          title: 'Strike ends',
          tags: ['Labour'],
          priority: 'high',
          dropped: false,
        },
      },
    ]);
    await comes(strike);
    await stage.process(strike);
    expect(await marks()).toEqual(expected);
    expect(await routed()).toEqual(told);
  });

  test('in a newer version is told of again, and leaves the route that it no longer takes', async () => {
    await rule('desk', 'strike', { route: 'desk' });
    await comes(article(1, 1, { title: 'Strike begins' }));
    await comes(article(1, 2, { title: 'Strike ends' }));
    await comes(article(1, 3, { title: 'Nothing happened' }));
    const key = `${acme}/desk/${id(1)}`;
    expect((await routed()).map((row) => [row.key, row.payload?.version ?? null])).toEqual([
      [key, 1],
      [key, 2],
      [key, null],
    ]);
    expect(await marks()).toEqual([]);
  });

  test('takes its marks along when it is deleted, and who follows a route hears of it', async () => {
    await rule('desk', 'strike', { route: 'desk', tags: ['Labour'] });
    await rule('desk', 'strike', { route: 'other' }, other);
    await comes(article(1, 1, { title: 'Strike' }), article(2, 1, { title: 'Strike too' }));
    await world.pool.query('truncate outbox');
    await comes(noArticle(1));
    expect((await marks()).map((row) => row.article_id)).toEqual([id(2)]);
    expect(await marks(other)).toHaveLength(1);
    expect(await routed()).toEqual([
      { key: `${acme}/desk/${id(1)}`, payload: null },
      { key: `${other}/other/${id(1)}`, payload: null },
    ]);
  });

  test('is judged by the rules as they are then, and earlier ones stay as they were', async () => {
    const { id: ruleId } = await rule('labour', 'strike', { tags: ['one'] });
    await comes(article(1, 1, { title: 'Strike' }));
    await rulesOf().change(ruleId, { actions: { tags: ['two'] } });
    await comes(article(2, 1, { title: 'Strike' }));
    await rulesOf().change(ruleId, { enabled: false });
    await comes(article(3, 1, { title: 'Strike' }));
    expect((await marks()).map((row) => [row.article_id, row.tags, row.rules[0].revision])).toEqual([
      [id(1), ['one'], 1],
      [id(2), ['two'], 2],
    ]);
    await rulesOf().remove(ruleId);
    await comes(article(1, 2, { title: 'Strike' }));
    expect((await marks()).map((row) => row.article_id)).toEqual([id(2)]);
  });

  test('that is judged by a rule only once its categories are known is left alone until then', async () => {
    await rule('sport', 'category:sport', { drop: true });
    await comes(article(1, 1, { title: 'A match' }));
    expect(await marks()).toEqual([]);
    const [categories] = judgements(1, 1) as readonly Message<'article-categories'>[];
    if (categories !== undefined) await comes(categories);
    expect(await marks()).toMatchObject([{ article_id: id(1), dropped: true }]);
  });
});

describe('an organisation', () => {
  test('marks for itself alone', async () => {
    await rule('labour', 'strike', { tags: ['Labour'] });
    await rule('labour', 'tag:labour', { drop: true }, other);
    await comes(article(1, 1, { title: 'Strike' }));
    expect(await marks()).toMatchObject([{ tags: ['Labour'], dropped: false }]);
    expect(await marks(other)).toEqual([]);
  });

  test('does not judge what only another one may see', async () => {
    await rule('all', 'strike', { route: 'desk' });
    await rule('all', 'strike', { tags: ['seen'] }, other);
    await comes(article(1, 1, { title: 'Secret strike', visibility: other }));
    expect(await marks()).toEqual([]);
    expect(await routed()).toEqual([]);
    expect(await marks(other)).toMatchObject([{ tags: ['seen'] }]);
  });
});

const deliveries = async () =>
  (
    await world.pool.query(
      `select kind, title, channel_id from alerts join alert_deliveries on alert_id = alerts.id order by title`,
    )
  ).rows;

describe('a channel', () => {
  const channelId = id(700);
  const withChannel = () =>
    world.pool.query(
      `insert into notification_channels (id, organization_id, name, kind, address)
       values ($1, $2, 'hook', 'webhook', 'https://hooks.example/')`,
      [channelId, acme],
    );
  test('is told once of each article that is collected after the rule', async () => {
    await withChannel();
    await rule('tell', 'strike', { channel_id: channelId });
    const old = article(1, 1, { title: 'Old strike', collectedAt: Date.now() - 3_600_000 });
    const news = article(2, 1, { title: 'New strike', collectedAt: Date.now() + 60_000 });
    await comes(old, news);
    await comes(article(2, 2, { title: 'New strike, corrected', collectedAt: Date.now() + 120_000 }));
    await comes(article(1, 2, { title: 'Old strike, corrected', collectedAt: Date.now() + 120_000 }));
    expect(await deliveries()).toEqual([{ kind: 'rule', title: 'New strike', channel_id: channelId }]);
  });

  test('of another organisation cannot be named', async () => {
    await withChannel();
    await expect(rule('tell', 'strike', { channel_id: channelId }, other)).rejects.toThrow('there is no channel');
  });
});

test('rules that cannot be asked for now are waited for', async () => {
  const config = { ...world.runtime.config, databaseUrl: 'postgres://nobody@127.0.0.1:1/none' };
  const runtime = {
    log: world.runtime.log,
    metrics: world.runtime.metrics,
    config,
    kafka: emptyKafka(),
    codec: createLocalCodec(),
  };
  const watcher = await openRuleWatcher(runtime);
  await expect(watcher.follow()).rejects.toBeInstanceOf(TransientError);
  await watcher.close();
});
