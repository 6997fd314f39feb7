import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stemmers } from '../../domain/analysis/stemmers.ts';
import { queryLimits } from '../../domain/query/ast.ts';
import { closedValues, fields } from '../../domain/query/fields.ts';
import { parseQuery } from '../../domain/query/parse.ts';

const page = await readFile('docs/query-language.md', 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\|([^|]+)\| `([^`]+)` +\|$/gmu)];

test('the page of the query language has every field, and no other', () => {
  expect(new Set(rows.map(([, field]) => field))).toEqual(new Set(fields));
});

test.each(rows.map(([, field = '', says = '', example = '']) => ({ field, says, example })))(
  'the page is right about $field',
  ({ field, says, example }) => {
    expect(example).toContain(`${field}:`);
    if (!example.includes('…')) parseQuery(example);
    // Those of category stand on a page of their own.
    const closed = Object.entries(closedValues).find(([name]) => name === field && name !== 'category')?.[1] ?? [];
    expect(closed.filter((value) => !says.includes(`\`${value}\``))).toEqual([]);
  },
);

test('the page says the limits and the languages', () => {
  const name = new Intl.DisplayNames('en', { type: 'language' });
  for (const language of stemmers.keys()) expect(page).toContain(name.of(language));
  const { characters, clauses, nears, depth } = queryLimits;
  expect(page).toContain(
    `At most ${characters.toLocaleString('en')} characters, ${clauses} clauses, ${nears} \`near:\`, groups and NOTs ${depth} deep`,
  );
});
