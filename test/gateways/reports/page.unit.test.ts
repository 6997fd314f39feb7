import { expect, test } from 'vitest';
import { scaleTo } from '../../../gateways/reports/charts/axis.ts';
import { change } from '../../../gateways/reports/html/format.ts';
import { markup, Markup, safeAddress } from '../../../gateways/reports/html/markup.ts';
import { pageOf } from '../../../gateways/reports/html/page.ts';
import { textOf } from '../../../gateways/reports/text.ts';
import { risingOf } from '../../../gateways/reports/topics.ts';
import { madeUpReport } from './made-up-report.ts';

test.each(['daily', 'weekly'] as const)('a %s page needs nothing else: no script, no address is loaded', (kind) => {
  const page = pageOf(madeUpReport(kind));
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|javascript:|\son\w+=|\ssrc=/iu);
  expect(page.match(/url\([^)]*\)/gu)?.every((url) => url.startsWith('url(#'))).toBe(true);
  expect(page).toContain('<title id="volume-');
  expect(page.match(/<svg /gu)).toHaveLength(2);
});

const hostile = `"><script>alert(1)</script><svg onload=x>'\u202Egnp.exe\u0000\uD800`;

test('whatever an article, a source, a topic or a person is called, it stays text', () => {
  const plain = madeUpReport();
  const turned = JSON.parse(JSON.stringify(plain), (key: string, value: unknown) =>
    typeof value === 'string' && /^(?:title|name|summary|site|reason|words|query|language|key|state)$/u.test(key)
      ? hostile
      : value,
  ) as typeof plain;
  const search = { id: '1', name: hostile, query: hostile };
  const page = pageOf({ ...turned, saved_search: search });
  expect(page).not.toMatch(/<script|<svg onload/u);
  for (const control of ['\u202E', '\u0000']) expect(page).not.toContain(control);
  expect(page.match(/<svg /gu)).toHaveLength(2);
  for (const control of ['\u202E', '\u0000'])
    expect(textOf({ ...turned, saved_search: search })).not.toContain(control);
});

test.each([
  ['https://example.org/a?b=1&c=2', 'https://example.org/a?b=1&c=2'],
  ['javascript:alert(1)', null],
  ['data:text/html,x', null],
  ['//example.org', null],
  ['no address', null],
])('only addresses of the web are linked: %s', (address, href) => {
  expect(safeAddress(address)).toBe(href);
});

test('an article with an address that cannot be followed is named without a link', () => {
  const report = madeUpReport();
  const [first] = report.articles;
  if (first === undefined) throw new Error('no article');
  const page = pageOf({ ...report, articles: [{ ...first, title: 'Without', url: 'javascript:alert(1)' }] });
  expect(page).toContain('<bdi lang="en">Without</bdi>');
  expect(page).not.toContain('javascript:');
});

test('a template escapes what is put in, but markup', () => {
  expect(markup`<a title="${'"&<'}">${[1, 'x<', null]}${new Markup('<b>')}</a>`.text).toBe(
    '<a title="&quot;&amp;&lt;">1x&lt;<b></a>',
  );
});

test('a page without articles says so and keeps who fails', () => {
  const report = madeUpReport();
  const empty = {
    ...report,
    volume: { ...report.volume, total: 0 },
    stories: [],
    articles: [],
    topics: [],
    rising: [],
  };
  const page = pageOf(empty);
  expect(page).toContain('Nothing was published by what is followed.');
  expect(page).toContain('Harbour Wire');
  expect(page).not.toContain('<svg');
});

test('a page on a saved search names it, and does not tell who failed', () => {
  const report = madeUpReport();
  const search = { id: '1', name: 'Bridges', query: 'bridge OR "old bridge"' };
  const page = pageOf({ ...report, title: search.name, saved_search: search });
  expect(page).toContain('bridge OR &quot;old bridge&quot;');
  expect(page).not.toContain('Sources failing');
});

test('the plain text tells the same', () => {
  const text = textOf(madeUpReport());
  expect(text).toContain(
    '1. Old bridge will be repaired and not replaced (34 articles, 12 sites)\n   https://example.org/1',
  );
  expect(text).toContain('- Harbour Wire: failing: The server answered 503 for three days');
});

test.each([
  [12, 10, '▲ +20 %'],
  [8, 10, '▼ −20 %'],
  [10, 10, '= as many'],
  [64, 3, '▲ 21 times'],
  [35, 10, '▲ 3.5 times'],
  [5, 0, '▲ none before'],
])('%i after %i is told as %s', (now, then, told) => {
  const { sign, words } = change(now, then);
  expect(`${sign} ${words}`).toBe(told);
});

test.each([
  [0, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [100, [0, 25, 50, 75, 100]],
  [2_370, [0, 1_000, 2_000, 3_000]],
])('the axis up to %i has round marks', (greatest, marks) => {
  expect(scaleTo(greatest).marks).toEqual(marks);
});

const topic = (key: string, count: number, previous: number, kind: 'category' | 'entity' = 'category') => ({
  kind,
  key,
  count,
  previous,
});

test.each([
  ['what doubles rises', [topic('a', 60, 20)], { now: 1_000, before: 960 }, ['a']],
  ['what goes with all does not', [topic('a', 60, 20)], { now: 3_000, before: 1_000 }, []],
  ['little is no rise', [topic('a', 4, 0)], { now: 1_000, before: 1_000 }, []],
  [
    'of many names more is asked',
    [topic('a', 15, 4), topic('b', 15, 4, 'entity')],
    { now: 1_000, before: 1_000 },
    ['a'],
  ],
  ['the clearest comes first', [topic('a', 60, 30), topic('b', 60, 5)], { now: 1_000, before: 1_000 }, ['b', 'a']],
  ['without a period before nothing rises', [topic('a', 60, 0)], { now: 60, before: 0 }, []],
])('rising: %s', (_, topics, totals, keys) => {
  expect(risingOf(topics, totals).map(({ key }) => key)).toEqual(keys);
});
