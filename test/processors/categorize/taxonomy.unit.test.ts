import { expect, test } from 'vitest';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import { taxonomy } from '../../../processors/categorize/taxonomy.ts';

test('every facet has a name of its own', () => {
  const all = taxonomy.flatMap(({ facets }) => Object.keys(facets));
  expect(new Set(all).size).toBe(all.length);
});

test('each topic that has a name is told by facets, and none is told twice', () => {
  expect(taxonomy.map(({ id }) => id).toSorted()).toEqual(newsTopicIds.toSorted());
});
