import { describe, expect, test } from 'vitest';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';
import { prune } from '../../../../processors/extract/page/prune.ts';
import { paragraphs } from '../raw-article.ts';

const prose = paragraphs.map((text) => `<p>${text}</p>`).join('');

function left(html: string): string {
  const { document } = parsePage(`<body><article>${prose}</article>${html}</body>`, 'https://example.org/');
  prune(document);
  return document.body.textContent.slice(paragraphs.join('').length);
}

describe('goes', () => {
  test.each([
    ['navigation', '<nav>x</nav>'],
    ['the footer', '<footer>x</footer>'],
    ['asides', '<aside>x</aside>'],
    ['forms', '<form>x</form>'],
    ['what has a foreign role', '<div role="complementary">x</div>'],
    ['related articles', '<div class="related-articles">x</div>'],
    ['names in camel case', '<div class="relatedArticles">x</div>'],
    ['comments', '<section id="comments"><p>x</p></section>'],
    ['sharing', '<ul class="social-share-list"><li>x</li></ul>'],
    ['newsletters', '<div class="c-newsletter-box">x</div>'],
    ['cookie banners', '<div id="cookie-banner">x</div>'],
    ['advertisements', '<div class="ad-container">x</div>'],
    ['text for screen readers', '<span class="sr-only">x</span>'],
    ['a sidebar of links', '<div class="sidebar"><a href="/">x</a></div>'],
  ])('%s', (_, html) => {
    expect(left(html)).toBe('');
  });
});

describe('stays', () => {
  const words = 'A paragraph of some length, which is about the storm and nothing else, and has no link in it.';
  test.each([
    ['what says that it has something', `<div class="has-sidebar">${words}</div>`],
    ['a doubtful name with prose and without links', `<div class="sidebar-grid"><p>${words}</p></div>`],
    ['a name that only begins alike', `<div class="adventure shared-header navy">${words}</div>`],
    ['a lead that is called a teaser', `<p class="teaser">${words}</p>`],
  ])('%s', (_, html) => {
    expect(left(html)).toBe(words);
  });

  test.each([
    ['an article inside what has a foreign name', (html: string) => `<div class="comments modal">${html}</div>`],
    ['an article inside a form', (html: string) => `<form>${html}</form>`],
  ])('%s', (_, around) => {
    const { document } = parsePage(`<body>${around(prose)}</body>`, 'https://example.org/');
    prune(document);
    expect(document.body.textContent).toBe(paragraphs.join(''));
  });

  test('an article in many parts of one doubtful name', () => {
    const parts = paragraphs.map(
      (text) => `<div class="sidebar"><p>${text} <a href="/">${'linked '.repeat(9)}</a></p></div>`,
    );
    const { document } = parsePage(`<body>${parts.join('')}</body>`, 'https://example.org/');
    prune(document);
    expect(document.body.textContent).toContain(paragraphs[3]);
  });
});

test('what is called a caption becomes one', () => {
  const { document } = parsePage(`<body>${prose}<p class="image-caption">x</p></body>`, 'https://example.org/');
  prune(document);
  expect(document.body.children.at(-1)?.tagName).toBe('FIGCAPTION');
});
