import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';
import { render } from '../../../../processors/extract/page/render.ts';
import type { PageElement } from '../../../../processors/extract/page/tree.ts';
import { newsPage, paragraphs } from '../raw-article.ts';

const folded = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();
const body = (html: string): PageElement => parsePage(html, 'https://example.org/').document.body;

describe('Readability finds on the light tree what it finds in a whole DOM', () => {
  const prose = paragraphs.map((text) => `<p>${text}</p>`).join('');
  test.each([
    ['a news page', newsPage()],
    ['paragraphs made of breaks', `<body><div>${paragraphs.join('<br><br>')}</div></body>`],
    [
      'divs in place of paragraphs',
      `<body><div>${paragraphs.map((text) => `<div>${text}</div>`).join('')}</div></body>`,
    ],
    ['a hidden part', newsPage('', `<div style="display: none"><p>${paragraphs[0]}</p></div>`)],
    ['a list of links', newsPage('', `<ul>${'<li><a href="/x">A link, and one more</a></li>'.repeat(20)}</ul>`)],
    ['a table for layout', `<body><table><tr><td>${prose}</td></tr></table></body>`],
    ['nested sections', `<body><section><div><section><div>${prose}</div></section></div></section></body>`],
    ['an article in two parts', `<body><div><div>${prose}</div><aside>No</aside><div>${prose}</div></div></body>`],
    [
      'little, so that it tries again with fewer rules',
      '<body><div class="comment"><p>Some words, and some more.</p></div></body>',
    ],
    ['an image in noscript', newsPage('', '<div><img data-src="/a.jpg"></div><noscript><img src="/a.jpg"></noscript>')],
  ])('%s', (_, html) => {
    const whole = new Readability(parseHTML(html.startsWith('<!') ? html : `<html>${html}</html>`).document).parse();
    const light = new Readability(parsePage(html, 'https://example.org/news/a').document as never).parse();
    expect(folded(light?.textContent)).toBe(folded(whole?.textContent));
  });
});

describe('the tree', () => {
  test('keeps text and elements in order when they are moved, replaced and removed', () => {
    const root = body('<p>a</p><p>b</p><p>c</p>');
    const [a, b, c] = root.children;
    if (a === undefined || b === undefined || c === undefined) throw new Error('three are there');
    root.appendChild(a);
    expect(root.textContent).toBe('bca');
    root.replaceChild(a, b);
    expect(root.textContent).toBe('ac');
    expect([b.parentNode, a.nextElementSibling, c.previousElementSibling]).toEqual([null, c, a]);
    c.remove();
    expect([root.firstChild, root.lastChild, a.nextSibling]).toEqual([a, a, null]);
  });

  test('takes no part in what an attribute is called', () => {
    const [element] = body('<p __proto__="x" constructor="y">a</p>').children;
    expect(element?.getAttribute('constructor')).toBe('y');
    expect(element?.getAttribute('toString')).toBeNull();
  });

  test('is written as HTML that means the same', () => {
    const html = '<p title="&quot;&lt;">a &amp;lt; b<br>c</p>';
    expect(render(body(html)).replaceAll('&gt;', '>')).toBe(`<body>${html}</body>`);
  });

  test('lists attributes once, until one changes, and leaves out what is too long for an address', () => {
    const [element] = body(`<p data-a="${'x'.repeat(2_001)}" data-b="${'x'.repeat(2_000)}">a</p>`).children;
    const before = element?.attributes;
    expect(element?.attributes).toBe(before);
    expect(before?.map(({ value }) => value.length)).toEqual([0, 2_000]);
    element?.setAttribute('data-c', 'c');
    expect(element?.attributes.map(({ name }) => name)).toEqual(['data-a', 'data-b', 'data-c']);
    element?.removeAttribute('data-a');
    expect(element?.attributes).toHaveLength(2);
  });
});
