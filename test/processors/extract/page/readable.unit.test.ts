import { Readability } from '@mozilla/readability';
import { describe, expect, test } from 'vitest';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';
import { readable } from '../../../../processors/extract/page/readable.ts';
import type { PageElement } from '../../../../processors/extract/page/tree.ts';
import { newsPage, paragraphs } from '../raw-article.ts';

const documentOf = (html: string) => parsePage(html, 'https://example.org/news/a').document;
const words = 'The storm took the roofs from many houses in the villages. '.repeat(40);

function plain(html: string): PageElement | null | undefined {
  return new Readability<PageElement>(documentOf(html) as never, {
    keepClasses: true,
    serializer: (node: unknown) => node as PageElement,
  }).parse()?.content;
}

function srcsetsIn(content: PageElement | null | undefined) {
  return content?.getElementsByTagName('img').map((img) => img.getAttribute('srcset'));
}

/** Of an article so many times as long. */
function stepsOf(times: number): number {
  const document = documentOf(newsPage('', `<p>${paragraphs.join('</p><p>')}</p>`.repeat(times)));
  expect(readable(document) === null).toBe(false);
  return document.work.steps;
}

describe('what would take too many steps is left after as many, which are counted', () => {
  test.each([
    ['text below hundreds of levels', `${'<div>'.repeat(500)}<p>${words}`],
    ['lists within lists', `${'<ul><li>'.repeat(250)}${words}`],
    ['many elements below hundreds of levels', `${'<div>'.repeat(500)}${'<p>a</p>'.repeat(1_000)}`],
    ['a list of thousands, each asked for all', `<ul>${'<li>x</li>'.repeat(2_000)}</ul><p>${words}`],
  ])('%s', (_, html) => {
    const document = documentOf(html);
    expect(readable(document, 1_000_000) === null).toBe(true);
    // What goes over the limit goes over it by one look at the page.
    expect(document.work.steps).toBeLessThan(1_000_000 + html.length * 8);
  });

  test('an article ten times as long takes ten times the steps', () => {
    expect(stepsOf(100)).toBeLessThan(stepsOf(10) * 12);
  });
});

describe('as Readability itself', () => {
  test.each(['_textSimilarity', 'REGEXPS'])('has a %s that is replaced', (name) => {
    expect(name in Readability.prototype).toBe(true);
  });

  test.each([
    ['the same words', 'Storm hits the coast'],
    ['some of the words', 'Storm hits the other coast of the country'],
    ['other words', 'What the insurers expect of it'],
    ['no words', '— …'],
  ])('takes a heading with %s as the title or not', (_, heading) => {
    const html = newsPage('', `<h2>${heading}</h2>`);
    expect(readable(documentOf(html))?.textContent).toBe(plain(html)?.textContent);
  });

  test.each([
    'a.jpg',
    'a.jpg 1x, b.jpg 2x',
    'a.jpg,b.jpg 2x',
    'a b c',
    ',a.jpg 100w ,b',
    'a,,b 1.5x',
    ' a.jpg 1x x',
    ',,,',
  ])('makes the addresses of the pictures %j absolute', (srcset) => {
    const html = newsPage('', `<p>${words}<img src="/a.jpg" srcset="${srcset}"></p>`);
    expect(srcsetsIn(plain(html))).toHaveLength(1);
    expect(srcsetsIn(readable(documentOf(html)))).toEqual(srcsetsIn(plain(html)));
  });
});
