import { expect, test } from 'vitest';
import type { Query } from '../../../domain/query/ast.ts';
import { describeClause } from '../../../domain/query/describe.ts';
import { parseCanonical, parseQuery } from '../../../domain/query/parse.ts';
import { planQuery } from '../../../domain/query/plan.ts';
import { printQuery } from '../../../domain/query/print.ts';
import { pointAt, QuerySyntaxError } from '../../../domain/query/syntax-error.ts';
import { generator } from '../../eval/frame/bootstrap.ts';
import { makeArticle } from './made/articles.ts';
import { makeQuery } from './made/queries.ts';

const random = generator(11);

/** Without spans. */
const bare = (query: Query): unknown =>
  JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)));

test('what is printed is read as the same query, for made queries', () => {
  const articles = Array.from({ length: 40 }, (_, at) => makeArticle(at + 1, random));
  for (let count = 0; count < 3_000; count += 1) {
    const text = printQuery(makeQuery(articles, random));
    const query = read(text, parseCanonical);
    if (query === null) continue;
    const printed = printQuery(query);
    expect(bare(parseCanonical(printed)), `${text} → ${printed}`).toEqual(bare(query));
  }
});

const many = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

test.each<readonly [what: string, text: string]>([
  ['a group of a field', `summary:(${many(60, (at) => `${'x'.repeat(25)}${at}`)})`],
  ['a phrase with backslashes', `"${String.raw`a\b`.repeat(600)}"`],
  ['as many ranges as may be', many(64, (at) => `published:${2001 + at}`)],
  ['as many ids as may be', `story:(${many(50, () => '0198c5a1-0000-7000-8000-000000000001')})`],
  ['negations as deep as may be', `${'NOT '.repeat(20)}a`],
  ['negated groups as deep as may be', `${'-(b '.repeat(10)}a${')'.repeat(10)}`],
])('%s can be read again, however long it is as it is kept', (_, text) => {
  const query = parseQuery(text);
  const printed = printQuery(query);
  expect(bare(parseCanonical(printed))).toEqual(bare(query));
  expect(printQuery(parseCanonical(printed))).toBe(printed);
});

const pieces = [
  '(',
  ')',
  '-',
  '"',
  '“',
  '”',
  '\\',
  ' ',
  '  ',
  '\t',
  ':',
  '@',
  '..',
  '>',
  '<',
  '>=',
  '<=',
  '=',
  '*',
  '&',
  '|',
  '!',
  'AND',
  'OR',
  'NOT',
  'or',
  'sea',
  'the',
  'C++',
  '人民',
  '😀',
  '\u202E',
  'é',
  '12:30',
  'e-mail',
  "o'neil",
  'title:',
  'Text:',
  'summary:',
  'tag:',
  'site:',
  'language:',
  'en',
  'sentiment:',
  'positive',
  'priority:',
  'high',
  'published:',
  'words:',
  '2026-01-31',
  '2026',
  '-7d',
  '+1h',
  'now',
  '0.5',
  '-0.5',
  '300',
  'near:',
  '"sea level"',

  'is:copy',
  'category:sport',
  'foo:',
  'T12:00:00Z',
  '2026-01-31T12:00:00+02:00',
  'collected:',
  'relevance:',
  '..<',
];

test('any text is read, and printed as it was read, or refused at a place within it', () => {
  let readable = 0;
  for (let count = 0; count < 20_000; count += 1) {
    const length = 1 + Math.floor(random() * 9);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join(
      random() < 0.5 ? ' ' : '',
    );
    const query = read(text);
    if (query === null) continue;
    readable += 1;
    const printed = printQuery(query);
    expect(bare(parseCanonical(printed)), `${JSON.stringify(text)} → ${printed}`).toEqual(bare(query));
    expect(printQuery(parseCanonical(printed))).toBe(printed);
    for (const clause of clausesOf(query)) expect(describeClause(clause)).toMatch(/\w/);
  }
  expect(readable).toBeGreaterThan(2_000);
});

/** @returns null for a text that is refused, where it points into the text */
function read(text: string, parse = parseQuery): Query | null {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { start, end } = error.span;
    const isWithin = start >= 0 && start <= end && end <= text.length;
    if (!isWithin || !pointAt(text, error.span).endsWith('^'))
      throw new Error(`${JSON.stringify(text)} is refused at ${start} to ${end}`, { cause: error });
    return null;
  }
}

function clausesOf(query: Query): readonly Exclude<Query, { kind: 'and' | 'or' | 'not' }>[] {
  if (query.kind === 'and' || query.kind === 'or') return query.clauses.flatMap(clausesOf);
  return query.kind === 'not' ? clausesOf(query.clause) : [query];
}

const planned = (text: string) => {
  const { plan, leftOut } = planQuery(parseQuery(text));
  return { kind: plan.kind, leftOut: leftOut.map(({ clause, reason }) => [printQuery(clause), reason]) };
};

test.each([
  ['the sea', 'pattern', [['the', 'stop-word']]],
  ['the', 'pattern', []],
  ['the of', 'and', []],
  ['"the sea"', 'pattern', []],
  ['the WHO sea', 'and', [['the', 'stop-word']]],
  ['title:the sea', 'and', []],
  ['the OR sea', 'or', []],
  ['sea -the', 'and', []],
  ['the language:en', 'and', []],
  ['the (sea OR tide)', 'or', [['the', 'stop-word']]],
  ['sea & tide', 'and', [['&', 'no-words']]],
  ['the &', 'pattern', [['&', 'no-words']]],
  ['sea -"!"', 'pattern', [['"!"', 'no-words']]],
  ['sea OR 😀', 'pattern', [['😀', 'no-words']]],
])('of %s is left out what selects nothing', (text, kind, leftOut) => {
  expect(planned(text)).toEqual({ kind, leftOut });
});

test.each(['&', '"…"', '-😀', '(! OR ?) -"*"'])('%s leaves nothing to look for', (text) => {
  expect(() => planQuery(parseQuery(text))).toThrow('nothing to look for');
});
