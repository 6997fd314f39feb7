import { expect, test } from 'vitest';
import { drawExplanation, drawHits } from '../../cli/search-output.ts';
import type { SearchHit } from '../../gateways/services/search/search.ts';

const hit = (title: string, ranks: SearchHit['ranks'], match: SearchHit['match']) => ({
  cursor: '',
  item: {
    article: { url: 'https://a.example/1', site_name: 'News', title, published_at: '2026-02-01T10:20:30.000Z' },
    score: 1,
    ranks,
    match,
  } as SearchHit,
});

test('hits are rows with their addresses below, and nothing of them reaches the terminal', () => {
  const items = [
    hit('Tides \u001B[31mrise', { fulltext: 1, semantic: null }, 'all_words'),
    hit('x'.repeat(200), { fulltext: null, semantic: 2 }, null),
  ];
  const lines = drawHits({ items, mode: 'hybrid', degraded: null }).split('\n');
  expect(lines[0]).toMatch(/^ +PUBLISHED +SITE +TITLE +FOUND BY$/);
  expect(lines[1]).toMatch(/^1 {2}2026-02-01 10:20 {2}News {2}Tides \[31mrise +all words$/);
  expect(lines[2]).toBe('   https://a.example/1');
  expect(lines[3]).toMatch(/^2 .* x{79}… +meaning, place 2$/);
});

test('nothing found is said, with what was searched otherwise than asked for', () => {
  expect(drawHits({ items: [], mode: 'fulltext', degraded: 'the model is away' })).toBe(
    'Searched by fulltext: the model is away\nNothing was found.',
  );
});

test('an explanation is a tree with what words are looked for as', () => {
  const span = { start: 0, end: 0 };
  const drawn = drawExplanation({
    canonical: 'the sea source:1',
    tree: [
      { depth: 0, kind: 'and', says: 'all of these', span },
      { depth: 1, kind: 'word', says: 'has the word sea', span },
    ],
    words: [{ text: 'sea', where: 'anywhere', lexemes: [['a', 'b', 'c', 'd', 'e', 'f', 'g'], ['x']], span }],
    left_out: [{ text: 'the', reason: 'stop-word', span }],
    names: [{ field: 'source', written: 'coast', id: '1', name: 'Coast' }],
  });
  expect(drawn.split('\n')).toEqual([
    'Read as  the sea source:1',
    '  all of these',
    '    has the word sea',
    'Looks for  sea: a b c d e f and 1 more then x',
    'Leaves out  the: a word that nearly every text has',
    'source coast is 1 Coast',
  ]);
});
