import { expect, test } from 'vitest';
import { parseQuery } from '../../../../domain/query/parse.ts';
import { planQuery } from '../../../../domain/query/plan.ts';
import { nearArticles } from '../../../../gateways/services/query/near.ts';
import { openQdrantVectorIndex } from '../../../../gateways/vector-index/qdrant.ts';
import { startQdrantDouble } from '../../vector-index/qdrant-double.ts';

const embedder = { embed: () => Promise.resolve({ model: 'm', vector: [0.6, 0.8] }) };

test('near is asked for exactly, over its threshold and within the time of the query', async () => {
  await using double = await startQdrantDouble();
  const vectors = openQdrantVectorIndex({ url: double.url });
  const { plan } = planQuery(parseQuery('near:"a flood"@0.6 published:>=2026-01-31'));
  await nearArticles({ vectors, embedder, organizationId: 'acme' }, plan, 0);
  expect(double.requests.map(({ body }) => body)).toMatchObject([
    {
      score_threshold: 0.6,
      params: { exact: true },
      filter: {
        must: [
          { key: 'visibility', match: { any: ['public', 'acme'] } },
          { key: 'model', match: { any: ['m'] } },
          { key: 'published_at', range: { gte: Date.UTC(2026, 0, 31) } },
        ],
      },
    },
  ]);
});
