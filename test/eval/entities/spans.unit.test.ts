import { expect, test } from 'vitest';
import { spansOf, tokenSpan } from './spans.ts';

test.each([
  ['B-PER I-PER O B-LOC', '0-2 person, 3-4 place'],
  ['B-LOC B-LOC', '0-1 place, 1-2 place'],
  ['I-ORG I-ORG I-MISC', '0-2 organization, 2-3 other'],
  ['O', ''],
])('the tags %s mean %s', (tags, spans) => {
  const found = spansOf(tags.split(' ')).map(({ from, to, type }) => `${from}-${to} ${type}`);
  expect(found.join(', ')).toBe(spans);
});

test.each([
  [0, 5, '0-1'],
  [6, 16, '1-3'],
  [7, 8, '1-2'],
  [0, 3, '0-1'],
])('characters %i to %i of the joined text are tokens %s', (start, end, span) => {
  const { from, to } = tokenSpan({ start, end, type: 'person' }, ['Paris', 'Marie', 'Curie']);
  expect(`${from}-${to}`).toBe(span);
});
