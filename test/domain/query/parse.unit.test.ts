import { expect, test } from 'vitest';
import type { Query } from '../../../domain/query/ast.ts';
import { parseQuery } from '../../../domain/query/parse.ts';
import { printQuery } from '../../../domain/query/print.ts';
import { pointAt, QuerySyntaxError } from '../../../domain/query/syntax-error.ts';

const id = '0198c5a1-0000-7000-8000-000000000001';

test.each([
  ['climate', 'climate'],
  ['  climate   change ', 'climate change'],
  ['climate AND change', 'climate change'],
  ['a OR b c', 'a OR b c'],
  ['(a OR b) c', '(a OR b) c'],
  ['((a)) (b c)', 'a b c'],
  ['a OR (b OR c)', 'a OR b OR c'],
  ['a -b NOT c -"d e" -(f OR g)', 'a -b -c -"d e" -(f OR g)'],
  ['NOT NOT a', '--a'],
  ['--a', '--a'],
  ['a - b e-mail', 'a - b e-mail'],
  ['“sea level”', '"sea level"'],
  [String.raw`"say \"no\" \\ now"`, String.raw`"say \"no\" \\ now"`],
  ['or and not', 'or and not'],
  ['Title:war', 'title:war'],
  ['title:"the war" text:AND summary:(a OR -b)', 'title:"the war" text:AND (summary:a OR -summary:b)'],
  ['language:(EN OR de)', 'language:en OR language:de'],
  ['tag:"climate change" site:bbc.co.uk author:-x', 'tag:"climate change" site:bbc.co.uk author:-x'],
  ['Ukraine: talks 12:30 C++ AT&T', 'Ukraine: talks 12:30 C++ AT&T'],
  [`story:${id.toUpperCase()}`, `story:${id}`],
  ['category:Politics is:COPY priority:high', 'category:politics is:copy priority:high'],
  ['sentiment:positive sentiment:>0.5 sentiment:-1..0', 'sentiment:positive sentiment:>0.5 sentiment:-1..0'],
  ['priority:>=high', 'priority:>=1'],
  ['words:300', 'words:300..300'],
  ['words:>=300 words:<5 words:<=5 words:>5', 'words:>=300 words:<5 words:<=5 words:>5'],
  ['words:1..5 words:>1..<5 words:1.. words:..5', 'words:1..5 words:>1..<5 words:>=1 words:<=5'],
  ['published:2026-01-01', 'published:2026-01-01..<2026-01-02'],
  ['published:2026-01', 'published:2026-01-01..<2026-02-01'],
  ['published:2026', 'published:2026-01-01..<2027-01-01'],
  ['published:2026-01-01..2026-02-01', 'published:2026-01-01..<2026-02-02'],
  ['published:<=2026-01-31', 'published:<2026-02-01'],
  ['published:>2026-01-31', 'published:>=2026-02-01'],
  ['collected:<2026-01-31T12:00+02:00', 'collected:<2026-01-31T10:00:00.000Z'],
  ['published:<=2026-01-31T00:00:00Z', 'published:<=2026-01-31T00:00:00.000Z'],
  ['published:>-7d', 'published:>-1w'],
  ['published:-36h..now', 'published:-36h..now'],
  ['published:"2026-01-01"', 'published:2026-01-01..<2026-01-02'],
  ['near:"rising sea levels"@0.6', 'near:"rising sea levels"@0.6'],
  ['near:"a" near:b@.75', 'near:"a"@0.5 near:"b"@0.75'],
  ['😀 مرحبا \u202Eabc', '😀 مرحبا \u202Eabc'],
])('%s is read as %s', (text, canonical) => {
  const query = parseQuery(text);
  expect(printQuery(query)).toBe(canonical);
  expect(bare(parseQuery(canonical))).toEqual(bare(query));
});

/** Without spans. */
function bare(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

test.each([
  ['', 0, 0, 'empty'],
  ['   ', 3, 3, 'empty'],
  ['a OR', 4, 4, 'too early'],
  ['OR a', 0, 2, 'OR joins nothing'],
  ['AND OR NOT', 0, 3, 'AND joins nothing'],
  ['a AND AND b', 6, 9, 'AND joins nothing'],
  ['a NOT', 5, 5, 'too early'],
  ['a "b c', 2, 3, 'quotes are not closed'],
  ['a (b OR c', 2, 3, 'parenthesis is not closed'],
  ['a) b', 1, 2, 'nothing is open'],
  ['a ()', 3, 4, 'something is missing'],
  ['langage:en', 0, 7, 'no field "langage"'],
  ['https://example.com/', 0, 5, 'no field "https"'],
  ['language: en', 0, 9, 'has no value'],
  ['(language:)', 1, 10, 'has no value'],
  ['language:english', 9, 16, 'ISO 639-1'],
  ['category:sports', 9, 15, 'knows no "sports"'],
  ['story:last', 6, 10, 'id of a story'],
  ['tag:""', 4, 6, 'has no value'],
  ['words:many', 6, 10, 'number from 0'],
  ['words:5..1', 6, 10, 'before it begins'],
  ['words:>5..<5', 6, 12, 'before it begins'],
  ['words:1..2..3', 6, 13, 'number from 0'],
  ['words:1e99', 6, 10, 'number from 0'],
  ['sentiment:2', 10, 11, 'from -1 to 1'],
  ['sentiment:happy', 10, 15, 'from -1 to 1'],
  ['published:yesterday', 10, 19, 'a time'],
  ['published:2026-02-30', 10, 20, 'a time'],
  ['published:0000-01-01', 10, 20, 'a time'],
  ['published:-7d', 10, 13, 'this moment'],
  ['published:(2026)', 10, 11, 'takes no group'],
  ['near:(a)', 5, 6, 'takes no group'],
  ['near:"a"@2', 8, 10, 'above 0'],
  ['near:"a"@', 8, 9, 'above 0'],
  ['near:"a"x', 8, 9, 'only @'],
  ['near:"!"', 5, 8, 'needs words'],
  ['near:a near:b near:c near:d', 21, 27, '3 near:'],
  ['a\u0000b', 1, 2, 'control character'],
  ['a \ud800', 2, 3, 'control character'],
])('%j is refused at %i to %i', (text, start, end, says) => {
  const error = refused(text);
  expect([error.message, error.span]).toEqual([expect.stringContaining(says), { start, end }]);
  expect(error.hint).not.toBe('');
});

test.each([
  ['10,000 parentheses', '('.repeat(1_999), 'deep'],
  ['a text over the limit', 'x'.repeat(2_001), '2000 characters'],
  ['a longer text of parentheses', '('.repeat(10_000), '2000 characters'],
  ['NOTs without end', 'NOT '.repeat(400), 'deep'],
  ['minus signs without end', `${'-'.repeat(500)}a`, 'deep'],
  ['many words', 'a '.repeat(65), '64 clauses'],
  ['many words of a field', `title:(${'a '.repeat(65)})`, '64 clauses'],
])('%s are refused', (_, text, says) => {
  expect(refused(text).message).toContain(says);
});

function refused(text: string): QuerySyntaxError {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

test('spans are those of the text', () => {
  const text = 'a (title:b OR -"c d") near:"e"@0.6';
  const query = parseQuery(text);
  const spans: string[] = [];
  const visit = (one: Query) => {
    spans.push(text.slice(one.span.start, one.span.end));
    if (one.kind === 'and' || one.kind === 'or') one.clauses.forEach(visit);
    if (one.kind === 'not') visit(one.clause);
  };
  visit(query);
  expect(spans).toEqual([text, 'a', '(title:b OR -"c d")', 'title:b', '-"c d"', '"c d"', 'near:"e"@0.6']);
});

test.each([
  ['langage:en', ['langage:en', '^^^^^^^']],
  ['a OR', ['a OR', '    ^']],
  ['中国 foo:x', ['中国 foo:x', '     ^^^']],
  ['👍🏽 foo:x', ['👍🏽 foo:x', '   ^^^']],
  ['a\n\tfoo:x', ['a  foo:x', '   ^^^']],
  ['\u202Ea foo:x', [' a foo:x', '   ^^^']],
])('carets stand under what is wrong in %j', (text, lines) => {
  expect(pointAt(text, refused(text).span).split('\n')).toEqual(lines);
});

test('of a long text the part around is shown', () => {
  const [line = '', carets = ''] = pointAt(`${'word '.repeat(100)}foo:x ${'word '.repeat(100)}`, {
    start: 500,
    end: 503,
  }).split('\n');
  expect(line.length).toBeLessThan(80);
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('foo');
});
