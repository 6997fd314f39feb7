import { describe, expect, test } from 'vitest';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';

const parse = (html: string) => parsePage(html, 'https://example.org/');
const attributes = (count: number): string => Array.from({ length: count }, (_, at) => `a${at}`).join(' ');

describe('a page is refused before a tree of it is built, when it has', () => {
  test.each([
    ['513 levels', '<div>'.repeat(513), 'nested more than 512 levels'],
    ['a million levels', '<div>'.repeat(1_000_000), 'nested more than 512 levels'],
    ['513 levels inside what is left out', `<svg>${'<g>'.repeat(513)}`, 'nested more than 512 levels'],
    ['100,001 elements', '<b></b>'.repeat(100_001), 'more than 100000 elements'],
    ['an element of 1,001 attributes', `<p ${attributes(1_001)}>`, 'more than 1000 attributes'],
  ])('%s', (_, html, message) => {
    expect(() => parse(html)).toThrow(message);
  });

  test.each([
    ['512 levels', '<div>'.repeat(512)],
    ['100,000 elements', '<b></b>'.repeat(100_000)],
    ['1,000 attributes', `<p ${attributes(1_000)}>`],
  ])('but not with %s', (_, html) => {
    expect(() => parse(html)).not.toThrow();
  });
});

test('scripts, styles, drawings and comments are no part of the tree, and JSON-LD is kept beside it', () => {
  const html =
    '<script>1</script><style>p{}</style><!-- 2 --><svg><text>3</text></svg><template>4</template><p>a</p><script type="Application/LD+JSON">{"a":1}</script><iframe>5</iframe>';
  const { document, jsonLd } = parse(html);
  expect({ text: document.body.textContent, jsonLd }).toEqual({ text: 'a', jsonLd: ['{"a":1}'] });
});

test.each([
  ['with everything', '<html lang="de"><head><title>T</title></head><body id="b"><p>a</p></body></html>'],
  ['without html, head and body', '<title>T</title><p>a</p>'],
  ['with text alone', 'a'],
  ['with things after its end', '<html><body></body></html><p>a</p>'],
])('a page %s has one body with its text', (_, html) => {
  expect(parse(html).document.body.textContent).toBe('a');
});

test.each([
  ['kept', 'og:title', 1],
  ['left out where its property is too long for a name', ' '.repeat(201), 0],
])('a meta element is %s', (_, property, count) => {
  expect(parse(`<meta property="${property}" content="a">`).document.head.children).toHaveLength(count);
});
