import { expect, test } from 'vitest';
import { authorNames } from '../../../processors/extract/author-names.ts';
import { documentAuthors } from '../../../processors/extract/document-authors.ts';
import { parsePage } from '../../../processors/extract/page/parse-page.ts';
import { pageTitle } from '../../../processors/extract/page-title.ts';

test.each([
  [['By Ada Bell'], ['Ada Bell']],
  [['Von Ada Bell und Carl Dorn'], ['Ada Bell', 'Carl Dorn']],
  [['Ada Bell, Carl Dorn and Eve Falk'], ['Ada Bell', 'Carl Dorn', 'Eve Falk']],
  [['José Ortega y Gasset'], ['José Ortega y Gasset']],
  [['Ada Bell, our correspondent'], ['Ada Bell, our correspondent']],
  [['Ada Bell (abe)'], ['Ada Bell']],
  [['https://social.example/ada', '@ada', '105092', ' '], []],
  [['Ada Bell', 'ada bell'], ['Ada Bell']],
])('the authors %j are %j', (given, names) => {
  expect(authorNames(given, 20)).toEqual(names);
});

test.each([
  ['<a rel="author" href="/ada">Ada Bell</a>', ['Ada Bell']],
  ['<span itemprop="author">Ada Bell</span><p class="byline">By Carl Dorn</p>', ['Ada Bell']],
  ['<p class="byline">By Ada Bell</p>', ['By Ada Bell']],
  ['<div class="comments"><span class="author">Carl Dorn</span></div>', []],
  ['<div class="author">Ada Bell has been with us since 2004.</div>', []],
])('%s names %j', (html, names) => {
  expect(documentAuthors(parsePage(html, 'https://example.org/').document)).toEqual(names);
});

test.each([
  ['Storm hits the coast | The Daily', 'The Daily', '', 'Storm hits the coast'],
  ['Storm hits the coast - News', null, '<h1>Storm hits the coast</h1>', 'Storm hits the coast'],
  ['Storm &amp; flood', null, '', 'Storm & flood'],
  ['Storm - what we know', 'The Daily', '<h1>Storm</h1>', 'Storm - what we know'],
  ['The Daily', 'The Daily', '', 'The Daily'],
  ['Reading The Daily', 'The Daily', '', 'Reading The Daily'],
])('the title %j of %j beside %j is %j', (declared, site, html, title) => {
  expect(pageTitle(declared, site, parsePage(html, 'https://example.org/').document)).toBe(title);
});
