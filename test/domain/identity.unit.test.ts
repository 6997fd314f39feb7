import { expect, test } from 'vitest';
import { articleId, feedId } from '../../domain/identity.ts';

test('an article keeps its id for ever', () => {
  expect(articleId('public', 'https://example.org/a')).toBe('6c843a58-2ba7-5a5f-8ce7-d52fc3e09fc7');
});

test('a feed keeps its id for ever, and is public unless said otherwise', () => {
  expect(feedId('https://example.org/rss')).toBe('6659d729-99fa-536a-a1c2-0c30993b9afa');
  expect(feedId('https://example.org/rss', 'public')).toBe(feedId('https://example.org/rss'));
});

test('the same address is another article for an organisation of its own', () => {
  expect(articleId('9b0e5c4e-0000-4000-8000-000000000001', 'https://example.org/a')).not.toBe(
    articleId('public', 'https://example.org/a'),
  );
});
