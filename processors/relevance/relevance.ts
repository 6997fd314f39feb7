import { emit, type Outcome, type StageDefinition } from '../../streams/stage.ts';
import { openTable } from '../../streams/table.ts';
import { KeywordIndex } from './keyword-index.ts';

/** Raised when the output for the same input changes. */
const revision = 4;

const method = 'keywords-1';

export const relevance: StageDefinition<'article-unique', 'article-relevance'> = {
  name: 'relevance',
  revision,
  purpose: 'Finds the keywords of organisations in each article and says how relevant it is to them',
  inputs: ['article-unique'],
  outputs: ['article-relevance'],
  tables: ['keyword-set'],
  async open(runtime) {
    const table = await openTable(runtime, 'keyword-set');
    const keywords = new KeywordIndex(table);
    return {
      handler: {
        kind: 'each',
        // The work is computing and never waits; more under way would only hold more in memory.
        concurrency: 4,
        async process({ key, value }): Promise<Outcome<'article-relevance'>> {
          if (value === null) return emit([{ topic: 'article-relevance', key, value: null }]);
          const { article_id, version } = value;
          // Also without a match, and where nobody has keywords: an earlier version may have had one, and whoever waits
          // for this judgement learns that it was made.
          const { organizations, definedAtMs } = keywords.relevance(value);
          const judged = { article_id, version: version + revision, defined_at: definedAtMs, organizations, method };
          return emit([{ topic: 'article-relevance', key, value: judged }]);
        },
      },
      degraded: () => table.degraded(),
      close: () => table[Symbol.asyncDispose](),
    };
  },
};
