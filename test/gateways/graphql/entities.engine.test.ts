import { expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { restClient } from '../rest/client.ts';
import { enriched, openWorld } from '../world.ts';

const talks = {
  ...enriched('talks', {
    published_at: Date.UTC(2026, 1, 5),
    entities: [{ key: 'munchen', name: 'München', type: 'place', count: 2, confidence: 0.9 }],
    entities_method: 'capitals-gazetteer-1',
    sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.7 },
    quality: ['live_blog'],
    quality_method: 'rules-1',
    quality_confidences: [0.8],
    sentence_count: 4,
    skipped: [{ enricher: 'keywords', reason: 'failed' }],
  }),
  summary: { text: 'In short.', method: 'lead-1', confidence: 0.4 },
};

test('GraphQL tells what enrichers found as REST does', async () => {
  await using world = await openWorld();
  await world.store([talks]);
  const [graph, api] = await Promise.all([graphql.open(world.runtime), rest.open(world.runtime)]);
  const query = async (text: string) =>
    (await restClient(graph.address ?? '')('/graphql', { method: 'POST', body: { query: text } })).body;
  const { data, errors } = await query(`{
    articles(entity: ["München"]) { edges { node {
      id sentenceCount quality qualityMethod qualityConfidences entitiesMethod
      entities { key name type count confidence }
      machineSummary { text method confidence }
      sentiment { confidence }
      skipped { enricher reason }
    } } }
    entities(publishedFrom: "2026-02-01T00:00:00Z", publishedTo: "2026-02-28T00:00:00Z", type: place, prefix: "mün") {
      key name type articles mentions
    }
  }`);
  expect(errors).toBeUndefined();
  const { attributes } = (await restClient(api.address ?? '')(`/api/v1/articles/${talks.article_id}`)).body.data;
  expect(data.articles.edges).toEqual([
    {
      node: {
        id: talks.article_id,
        sentenceCount: attributes.sentence_count,
        quality: attributes.quality,
        qualityMethod: attributes.quality_method,
        qualityConfidences: attributes.quality_confidences,
        entitiesMethod: attributes.entities_method,
        entities: attributes.entities,
        machineSummary: attributes.machine_summary,
        sentiment: { confidence: attributes.sentiment.confidence },
        skipped: attributes.skipped,
      },
    },
  ]);
  expect(data.entities).toEqual([{ key: 'munchen', name: 'München', type: 'place', articles: 1, mentions: 2 }]);
  await Promise.all([graph.close(), api.close()]);
});
