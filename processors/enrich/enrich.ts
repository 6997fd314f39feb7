import type { Article, ArticleEnriched } from '../../schemas/types.ts';
import { emit, type StageDefinition } from '../../streams/stage.ts';
import { type Findings, nothingFound } from './enricher.ts';
import { enrichers } from './enrichers.ts';

/** Raised when the output for the same input changes. */
const revision = 1;

export const enrich: StageDefinition<'article-unique', 'article-enriched'> = {
  name: 'enrich',
  revision,
  purpose: 'Finds language, keywords, reading time and sentiment',
  inputs: ['article-unique'],
  outputs: ['article-enriched'],
  open: () =>
    Promise.resolve({
      handler: {
        kind: 'each',
        // The work is computing and never waits; more under way would only hold more in memory.
        concurrency: 4,
        async process({ key, value }) {
          return emit([{ topic: 'article-enriched', key, value: value === null ? null : await enriched(value) }]);
        },
      },
    }),
};

async function enriched(article: Article): Promise<ArticleEnriched> {
  let found: Findings = nothingFound;
  for (const enricher of enrichers) found = { ...found, ...(await enricher.find(article, found)) };
  return { article_id: article.article_id, version: article.version + revision, article, ...found, skipped: [] };
}
