import { expect, test } from 'vitest';
import { madeUpWords } from '../../processors/dedup/articles.ts';
import { evaluate } from './evaluate.ts';

const told = (id: string, group: string, kind: string, seed: string) => ({
  id,
  title: seed,
  text: madeUpWords(seed, 200).join(' '),
  group,
  kind,
});

test('false pairs count for the kinds of both their members', () => {
  const { tables } = evaluate([
    told('1', 'a', 'original', 'one'),
    told('2', 'a', 'case', 'one'),
    told('3', 'b', 'original', 'two'),
    // The story of group a under another name: linked to it rightly, and false by the groups.
    told('4', 'b', 'cut', 'one'),
  ]);
  const table = tables.find(({ title }) => title.startsWith('false pairs by kind'));
  // Of the four pairs of different groups 1-4 and 2-4 are linked.
  expect(table?.rows.map(([kind, pairs, , , pairsLinked]) => [kind, pairs, pairsLinked])).toEqual([
    ['original', 3, 1],
    ['case', 2, 1],
    ['cut', 2, 2],
  ]);
  expect(table?.rows[2]?.at(-1)).toBe('1000000.00');
});
