import { describe, expect, test } from 'vitest';
import { cleanBlocks } from '../../../../processors/extract/page/clean-blocks.ts';
import { parsePage } from '../../../../processors/extract/page/parse-page.ts';
import { paragraphs } from '../raw-article.ts';

const [first = '', second = '', third = ''] = paragraphs;

function cleaned(html: string, declared = ''): string[] {
  const { body } = parsePage(html, 'https://example.org/').document;
  const text = cleanBlocks(body, { titles: ['Storm hits the coast'], declared });
  // The tree loses the same as the text.
  expect(body.textContent.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
  return text.split('\n\n');
}

describe('between paragraphs goes', () => {
  test.each([
    ['Advertisement'],
    ['Story continues below advertisement'],
    ['- Anzeige -'],
    ['La suite après cette publicité'],
    ['Share on WhatsApp'],
    ['Sign up for our daily newsletter to get the best stories'],
    ['Get the latest news delivered to your inbox every morning.'],
    ['Follow us on Twitter and Facebook'],
    ['Réservé aux abonnés'],
    ['© 2024 The Daily. All rights reserved.'],
    ['Photo: Ada Bell/The Daily'],
    ['Houses without roofs on Sunday evening (AP Photo/Ada Bell)'],
    ['関連記事'],
    ['この記事は会員限定です'],
  ])('%s', (line) => {
    expect(cleaned(`<p>${first}</p><p>${line}</p><p>${second}</p>`)).toEqual([first, second]);
  });

  test.each([
    ['Read more: <a href="/x">The flood of last year</a>'],
    ['<strong>Lesen Sie auch</strong> <a href="/x">Die Flut vom Vorjahr</a>'],
    ['Lire aussi : <a href="/x">Les inondations de l’an dernier</a>'],
    ['<a href="/x">What the flood of last year has cost the insurers</a>'],
  ])('the pointer %s', (line) => {
    expect(cleaned(`<p>${first}</p><p>${line}</p><p>${second}</p>`)).toEqual([first, second]);
  });

  test('a quotation that is pulled out of a paragraph', () => {
    const pulled = first.slice(0, 60);
    expect(cleaned(`<p>${first}</p><blockquote>${pulled}</blockquote><p>${second}</p>`)).toEqual([first, second]);
  });

  test('a paragraph that stands there twice', () => {
    expect(cleaned(`<p>${first}</p><p>${second}</p><p>${first}</p>`)).toEqual([first, second]);
  });
});

describe('stays', () => {
  test('what a report of results begins with: its figures, a paragraph each', () => {
    const rows = ['Shr 67 cts vs 23 cts', 'Net 5,220,000 vs 3,143,000', 'Revs 236.1 mln vs 256.2 mln', 'Six Mths'];
    const page = ['<p>By Ada Bell</p>', ...rows.map((row) => `<p>${row}</p>`), `<p>${first}</p>`].join('');
    expect(cleaned(page).slice(-5)).toEqual([...rows, first]);
    expect(cleaned(`<p>12 May 2024</p><p>3 comments</p><p>${first}</p>`)).toEqual([first]);
  });

  test.each([
    ['a heading', '<h2>What the insurers expect</h2>'],
    ['a short sentence', '<p>Nobody was hurt.</p>'],
    ['a list', '<ul><li>Roofs</li><li>Ferries</li></ul>'],
    ['a paragraph about advertisements', '<p>Advertisement on television has become dearer.</p>'],
    [
      'a paragraph about photos',
      `<p>Photos show the harbour. ${'They were taken on Monday, said the mayor. '.repeat(5)}</p>`,
    ],
    ['a paragraph with a link', '<p>The mayor said so <a href="/x">on television</a> on Monday.</p>'],
    ['a quotation that stands nowhere else', '<blockquote>We have not seen such a storm in fifty years.</blockquote>'],
  ])('%s', (_, html) => {
    const lines = cleaned(`<p>${first}</p>${html}<p>${second}</p>`);
    expect(lines.slice(1, -1).join('')).toBe(
      parsePage(html, 'https://example.org/').document.body.textContent.replaceAll('</li><li>', '').trim(),
    );
  });
});

test('before the first paragraph, title, names, dates and rubrics go, and a lead stays', () => {
  const lead = 'Dozens of houses have lost their roofs, and the road to the harbour is closed.';
  const above = `<h1>Storm hits the coast</h1><p>News</p><p>By Ada Bell</p><p>October 23, 2025 5:50 pm CET</p><p>${lead}</p>`;
  expect(cleaned(`${above}<p>${first}</p>`)).toEqual([lead, first]);
});

test('behind the last paragraph, headings of nothing and counters go', () => {
  expect(cleaned(`<p>${first}</p><h3>More from us</h3><p>0</p><p>Tags</p>`)).toEqual([first]);
});

describe('what the page declares as its text', () => {
  const odd = 'A box about storms in general';
  test('decides on short blocks that it lacks', () => {
    expect(cleaned(`<p>${first}</p><div>${odd}</div><p>${second}</p>`, `${first} ${second}`)).toEqual([first, second]);
  });

  test.each([
    ['has little of the article', first],
    ['is another text', `${third} `.repeat(9)],
  ])('decides nothing where it %s', (_, declared) => {
    expect(cleaned(`<p>${first}</p><div>${odd}</div><p>${second}</p><p>${third}</p>`, declared)).toContain(odd);
  });
});

test('many thousand blocks are left as they are, because each would be compared with all others', () => {
  const html = '<p>Advertisement</p>'.repeat(3_001);
  expect(cleaned(html)).toHaveLength(3_001);
});

test.each([
  ['goes behind ten', 10, false],
  ['stays behind 600', 600, true],
])('a pulled quotation %s others that are looked for in a text of 100,000 characters', (_, count, stays) => {
  const pulled = first.slice(0, 60).trim();
  const others = Array.from(
    { length: count },
    (__, at) => `<blockquote>We have not seen such a storm in ${at} years.</blockquote>`,
  );
  const page = `${others.join('')}<blockquote>${pulled}</blockquote><p>${first}</p><p>${second.repeat(1_000)}</p>`;
  expect(cleaned(page).includes(pulled)).toBe(stays);
});
