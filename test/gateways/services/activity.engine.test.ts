import { expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { restClient, source } from '../rest/client.ts';
import { openWorld } from '../world.ts';

test('what people do through either API is noted, without what they searched for, and can be counted', async () => {
  await using world = await openWorld();
  const [graph, api] = await Promise.all([graphql.open(world.runtime), rest.open(world.runtime)]);
  const ask = restClient(api.address ?? '');
  const query = async (text: string) =>
    (await restClient(graph.address ?? '')('/graphql', { method: 'POST', body: { query: text } })).body;
  await ask('/api/v1/search?q=my%20own%20secret&mode=fulltext&language=en');
  const { body: created } = await ask('/api/v1/sources', {
    method: 'POST',
    body: source({ name: 'Gazette', type: 'rss', url: 'https://gazette.example/feed' }),
  });
  await ask('/api/v1/sources', { method: 'POST', body: source({ name: '', type: 'rss', url: 'nowhere' }) });
  await query(`mutation { createKeyword(input: { keyword: "my own secret" }) { id } }`);
  await ask(`/api/v1/sources/${created.data.id}`, { method: 'DELETE' });
  const noted = async () =>
    (await world.pool.query('select action, resource_type, resource_id, metadata from user_activity order by time'))
      .rows;
  await expect.poll(async () => (await noted()).length, { timeout: 10_000 }).toBe(4);
  expect(await noted()).toEqual([
    {
      action: 'search',
      resource_type: 'article',
      resource_id: null,
      metadata: { mode: 'fulltext', characters: 13, filters: 1, is_first_page: true, results: 0 },
    },
    { action: 'source.created', resource_type: 'source', resource_id: created.data.id, metadata: {} },
    { action: 'keyword.created', resource_type: 'keyword', resource_id: expect.any(String), metadata: {} },
    { action: 'source.removed', resource_type: 'source', resource_id: created.data.id, metadata: {} },
  ]);
  expect(JSON.stringify((await world.pool.query('select * from user_activity')).rows)).not.toContain('secret');

  const { body: series } = await ask('/api/v1/analytics/series?of=activity&window=minute');
  expect(series.data.map((one: { id: string }) => one.id).toSorted()).toEqual([
    'activity/keyword.created',
    'activity/search',
    'activity/source.created',
    'activity/source.removed',
  ]);
  const { data, errors } = await query(`{
    volumeSeries(of: "activity", value: "search", window: "hour") { name total points { time count } }
    top(of: "activity") { value count before }
    sentimentSeries(window: "day") { mean count }
    trending(of: "story") { name words }
    anomalies { volume { key } silences { key } }
  }`);
  expect(errors).toBeUndefined();
  expect(data.volumeSeries).toMatchObject([{ name: 'search', total: 1 }]);
  expect(data.top).toHaveLength(4);
  expect(data).toMatchObject({
    sentimentSeries: [{ mean: null, count: 0 }],
    trending: [],
    anomalies: { volume: [], silences: [] },
  });
  for (const path of ['top?of=category', 'sentiment', 'trending?of=topic', 'anomalies']) {
    expect((await ask(`/api/v1/analytics/${path}`)).status).toBe(200);
  }
  expect((await ask('/api/v1/analytics/series?of=secrets')).status).toBe(400);
  expect(await query(`{ trending(of: "weather") { name } }`)).toMatchObject({
    errors: [{ extensions: { code: 'invalid' } }],
  });
  await Promise.all([graph.close(), api.close()]);
});
