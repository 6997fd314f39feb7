import { expect, test } from 'vitest';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';
import { descendants } from '../../../../processors/extract/page/tree.ts';
import { insideOf, lineBelow } from '../../../../processors/extract/page/walk.ts';

const bodyOf = (html: string) => parsePage(html, 'https://example.org/').document.body;

test('what stands inside elements of a kind is told by one look at each, whatever the levels', () => {
  const body = bodyOf(`<aside><p>a<b>b</b></p></aside>${'<div>'.repeat(500)}${'<i>c</i>'.repeat(500)}`);
  let looks = 0;
  const isAside = insideOf(({ tagName }) => {
    looks += 1;
    return tagName === 'ASIDE';
  });
  const elements = [...descendants(body)];
  const inside = elements.filter(isAside).map(({ tagName }) => tagName);
  expect(inside).toEqual(['ASIDE', 'P', 'B']);
  // Those, and body and html.
  expect(looks).toBeLessThanOrEqual(elements.length + 2);
});

test.each([
  ['in one line', '<p> a\n <b>b</b> </p>', 'a b'],
  ['empty where there is none', '<p><br></p>', ''],
  ['not at all where it is long', `<p>${'a '.repeat(5_001)}</p>`, null],
  ['not at all where it has very many elements', '<b></b>'.repeat(1_001), null],
])('a short text is given %s', (_, html, expected) => {
  expect(lineBelow(bodyOf(html))).toBe(expected);
});
