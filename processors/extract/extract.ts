import { availableParallelism } from 'node:os';
import { drop, emit, type StageDefinition } from '../../streams/stage.ts';
import { openExtractor } from './extractor.ts';
import { revision } from './revision.ts';

const maxThreads = 2;

export const extract: StageDefinition<'raw-article', 'article'> = {
  name: 'extract',
  revision,
  purpose: 'Extracts the text and metadata of articles from their pages and feed entries.',
  inputs: ['raw-article'],
  outputs: ['article'],
  async open() {
    const threads = Math.max(1, Math.min(maxThreads, availableParallelism() - 1));
    const extractor = openExtractor(threads);
    return {
      handler: {
        kind: 'each',
        // One article is read while the next waits in the pool's queue.
        concurrency: threads * 2,
        async process({ value }, { log }) {
          if (value === null) return drop('tombstone');
          const article = await extractor.extract(value, log);
          return emit([{ topic: 'article', key: article.article_id, value: article }]);
        },
      },
      close: () => extractor.close(),
    };
  },
};
