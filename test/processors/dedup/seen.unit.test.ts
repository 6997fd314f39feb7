import { expect, test } from 'vitest';
import { judge } from '../../../processors/dedup/seen.ts';

const seen = { contentHash: 'a', version: 100, feedIds: ['f1', 'f3'] };

test.each([
  {
    title: 'an unknown article passes with its feeds sorted',
    seen: null,
    version: 90,
    content: 'a',
    feeds: ['f3', 'f1'],
    passes: { contentHash: 'a', version: 90, feedIds: ['f1', 'f3'] },
  },
  {
    title: 'the same content from a known feed is unchanged',
    seen,
    version: 200,
    content: 'a',
    feeds: ['f1'],
    drops: 'unchanged',
  },
  { title: 'the same message again is unchanged', seen, version: 100, content: 'a', feeds: ['f3'], drops: 'unchanged' },
  {
    title: 'older content from a known feed is stale',
    seen,
    version: 99,
    content: 'old',
    feeds: ['f1'],
    drops: 'stale',
  },
  {
    title: 'newer content passes with all known feeds',
    seen,
    version: 200,
    content: 'b',
    feeds: ['f3'],
    passes: { contentHash: 'b', version: 200, feedIds: ['f1', 'f3'] },
  },
  {
    title: 'other content of the same version passes as the next version',
    seen,
    version: 100,
    content: 'b',
    feeds: ['f1'],
    passes: { contentHash: 'b', version: 101, feedIds: ['f1', 'f3'] },
  },
  {
    title: 'a new feed adds itself',
    seen,
    version: 200,
    content: 'a',
    feeds: ['f2'],
    passes: { contentHash: 'a', version: 200, feedIds: ['f1', 'f2', 'f3'] },
  },
  {
    title: 'a new feed with an older version passes as the next version',
    seen,
    version: 50,
    content: 'a',
    feeds: ['f2'],
    passes: { contentHash: 'a', version: 101, feedIds: ['f1', 'f2', 'f3'] },
  },
  {
    title: 'a new feed with the same version passes as the next version',
    seen,
    version: 100,
    content: 'a',
    feeds: ['f2'],
    passes: { contentHash: 'a', version: 101, feedIds: ['f1', 'f2', 'f3'] },
  },
])('$title', ({ seen: known, version, content, feeds, passes, drops }) => {
  const verdict = judge(known, { content_hash: content, feed_ids: feeds }, version);

  expect(verdict).toEqual(drops === undefined ? { kind: 'pass', seen: passes } : { kind: 'drop', reason: drops });
});
