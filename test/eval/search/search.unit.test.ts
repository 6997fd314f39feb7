import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ndcg, recall } from './ranking-figures.ts';
import { testCollection } from './test-collection.ts';

const grades = new Map([
  ['a', 3],
  ['b', 1],
  ['c', 2],
]);

test.each([
  ['the best order', ['a', 'c', 'b'], 10, 1],
  ['others behind', ['a', 'c', 'b', 'x', 'y'], 10, 1],
  ['nothing', [], 10, 0],
  ['nothing relevant', ['x', 'y'], 10, 0],
  ['a relevant one too deep', ['x', 'y', 'a'], 2, 0],
  ['one at the second place', ['x', 'a'], 1, 0],
  // Ideal: 3 + 2 / log2(3) + 1 / 2.
  ['the least one first', ['b'], 10, 1 / (3 + 2 / Math.log2(3) + 0.5)],
  ['the best at the second place', ['x', 'a'], 10, 3 / Math.log2(3) / (3 + 2 / Math.log2(3) + 0.5)],
])('NDCG of %s', (_, hits, depth, expected) => {
  expect(ndcg(hits, grades, depth)).toBeCloseTo(expected, 12);
});

test('recall is the share of the relevant ones, and those of grade 0 are not', () => {
  expect(recall(['a', 'x', 'b'], grades, 10)).toBe(2 / 3);
  expect(recall(['x', 'a'], grades, 1)).toBe(0);
  expect(recall(['a'], new Map([...grades, ['d', 0]]), 10)).toBe(1 / 3);
  expect(recall(['a'], new Map(), 10)).toBe(0);
});

describe('a test collection', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mimir-collection-'));
    write('documents.jsonl', '{"id":"1","title":"One","text":"a"}\n{"id":"2","text":"b"}\n');
    write('queries.jsonl', '{"id":"q","text":"what"}\n{"id":"r","text":"never judged"}\n');
    write('judgements.tsv', 'q\t1\t3\nq\t2\t1\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

  test('has the queries that were judged', () => {
    const { documents, queries } = testCollection(folder);
    expect(documents.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'One'],
      ['2', ''],
    ]);
    expect(queries).toEqual([
      {
        id: 'q',
        text: 'what',
        grades: new Map([
          ['1', 3],
          ['2', 1],
        ]),
      },
    ]);
  });

  test.each([
    ['a judgement of nothing', 'judgements.tsv', 'q\t9\t1\n', /judgements\.tsv:1 judges the document 9/u],
    ['a line without tabs', 'judgements.tsv', 'q 1 3\n', /judgements\.tsv:1 should be query, document and grade/u],
    ['no judgement of a query', 'judgements.tsv', 'z\t1\t3\n', /no query of .* has a judgement/u],
    ['a document twice', 'documents.jsonl', '{"id":"1","text":"a"}\n{"id":"1","text":"b"}\n', /an id more than once/u],
    ['a query without words', 'queries.jsonl', '{"id":"q","text":" "}\n', /queries\.jsonl:1: text/u],
  ])('is refused for %s', (_, file, text, message) => {
    write(file, text);
    expect(() => testCollection(folder)).toThrow(message);
  });
});
