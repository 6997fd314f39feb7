import { expect, test } from 'vitest';
import { assertReadable, htmlToText, TooComplex } from '../../domain/html-text.ts';

test.each([
  ['paragraphs stand apart by one empty line', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
  ['white space is folded', '<p>  One \n two&nbsp; three </p>', 'One two three'],
  ['a line break is kept', '<p>One<br>two</p>', 'One\ntwo'],
  ['two line breaks begin a paragraph', 'One<br><br/>Two', 'One\n\nTwo'],
  ['inline elements join', '<p>One <b>t</b>wo</p>', 'One two'],
  ['list items and headings are paragraphs', '<h2>Head</h2><ul><li>One<li>Two</ul>', 'Head\n\nOne\n\nTwo'],
  ['cells stand apart', '<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>', '1 2\n\n3'],
  [
    'scripts, styles and captions are left out',
    '<p>One</p><script>x()</script><style>p{}</style><figure><figcaption>c</figcaption></figure>',
    'One',
  ],
  ['entities are decoded', 'a &lt; b &amp; c &#x1F600; &eacute;', 'a < b & c 😀 é'],
  ['NUL and lone surrogates go', 'a\u0000b\ud800c', 'ab\ufffdc'],
  ['text without markup is one paragraph', 'just text', 'just text'],
  ['nothing is nothing', '', ''],
])('%s', (_, html, text) => {
  expect(htmlToText(html)).toBe(text);
});

test.each([[513], [1_000_000]])('HTML of %i levels is refused', (levels) => {
  expect(() => htmlToText('<div>'.repeat(levels))).toThrow(TooComplex);
  expect(() => assertReadable('<div>'.repeat(levels))).toThrow(TooComplex);
});

test.each([
  ['100,001 elements', '<b></b>'.repeat(100_001)],
  ['1,001 attributes', `<p ${Array.from({ length: 1_001 }, (_, n) => `a${n}`).join(' ')}>`],
])('HTML of %s is refused', (_, html) => {
  expect(() => assertReadable(html)).toThrow(TooComplex);
});

test('paragraphs that nobody closed are not levels', () => {
  expect(htmlToText('<p>a'.repeat(2000)).split('\n\n')).toHaveLength(2000);
});
