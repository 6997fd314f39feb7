import { afterAll, describe, expect, test } from 'vitest';
import { serve } from '../../streams/http/loopback-server.ts';
import { collecting } from './collecting.ts';

const lists = collecting('html-list');
afterAll(() => lists[Symbol.asyncDispose]());

const hosting = (html: string) =>
  serve((request, response) =>
    request.url === '/robots.txt'
      ? response.writeHead(404).end()
      : response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
  );
const furniture = `<nav><ul><li><a href="/politics-and-world-news">All politics and world news</a></li></ul></nav>
  <footer><a href="/terms-of-use-of-this-site">The terms of use of this site</a></footer>`;
const story = (n: number): string =>
  `<div class="card c-${n}"><a href="/img-${n}"><img data-src="/${n}.jpg" src="data:x"></a>
    <h3><a href="/2026/02/28/storm-hits-the-coast-${n}?utm_source=x">Storm hits the coast for the ${n}th time</a></h3>
    <p>A storm hit the coast on Sunday and took the roofs of ${n} houses.</p><time datetime="2026-02-28T0${n}:00:00Z">Saturday</time></div>`;

const headline = (n: number): string =>
  `<li><a href="/article/10000${n}">東京で大きな地震が発生しました第${n}報</a></li>`;

describe('without selectors', () => {
  test('headlines that stand alike are found, with their dates, summaries and pictures', async () => {
    await using server = await hosting(
      `<html><head><title>Gazette</title></head><body>${furniture}<main>${[1, 2, 3].map(story).join('')}</main></body></html>`,
    );
    const { title, entries } = await lists.collect(`${server.origin}/news`);
    expect(title).toBe('Gazette');
    expect(entries).toHaveLength(3);
    expect(entries[1]).toMatchObject({
      url: `${server.origin}/2026/02/28/storm-hits-the-coast-2?utm_source=x`,
      title: 'Storm hits the coast for the 2th time',
      published_at: Date.parse('2026-02-28T02:00:00Z'),
      image_url: `${server.origin}/2.jpg`,
      summary_html: expect.stringContaining('roofs of 2 houses'),
    });
  });

  test('menus and words are no articles', async () => {
    await using server = await hosting(
      `<html><body>${furniture}<p>Welcome</p><a href="/about">About us</a></body></html>`,
    );
    await expect(lists.collect(server.origin)).rejects.toMatchObject({
      code: 'no-articles',
      message: expect.stringContaining('"item"'),
    });
  });

  test('headlines without spaces between their words are found', async () => {
    await using server = await hosting(`<html><body><ul>${[1, 2, 3].map(headline).join('')}</ul></body></html>`);
    expect((await lists.collect(server.origin)).entries).toHaveLength(3);
  });
});

test('with selectors they hold, and attributes are read where one is named', async () => {
  await using server = await hosting(
    `<base href="/deep/"><ul><li data-at="2026-02-28T01:00:00Z"><b>Title</b><i>Words</i><a class="go" data-href="a" href="javascript:void(0)">go</a><img src="a.png"></li><li><b>None</b></li></ul>`,
  );
  const { entries } = await lists.collect(server.origin, {
    item: 'li',
    link: 'a.go@data-href',
    title: 'b',
    date: 'li@data-at',
    summary: 'i',
    image: 'img@src',
  });
  expect(entries).toMatchObject([
    {
      url: `${server.origin}/deep/a`,
      title: 'Title',
      summary_html: '<p>Words</p>',
      published_at: Date.parse('2026-02-28T01:00:00Z'),
      image_url: `${server.origin}/deep/a.png`,
    },
  ]);
});

test('an article that is listed twice is one entry, by its headline, and no fault', async () => {
  await using server = await hosting(
    `<ul><li><a href="/a"><img src="a.png"></a></li><li><a href="/a">A headline</a></li><li><a href="/a">Shorter</a></li><li><a href="/b">B</a></li></ul>`,
  );
  const { entries, warnings } = await lists.collect(server.origin, { item: 'li' });
  expect(entries.map(({ title }) => title)).toEqual(['A headline', 'B']);
  expect(warnings).toEqual([]);
});

test('selectors that find nothing any more are told', async () => {
  await using server = await hosting('<html><body><p>New design</p></body></html>');
  await expect(lists.collect(server.origin, { item: 'li.story' })).rejects.toMatchObject({
    code: 'no-articles',
    message: expect.stringContaining('has the page changed?'),
  });
});

test('a page nested without end is not read', async () => {
  await using server = await hosting(`<ul>${'<li>'.repeat(3)}${'<div>'.repeat(10_000)}`);
  await expect(lists.collect(server.origin, { item: 'li' })).rejects.toMatchObject({
    code: 'unreadable-page',
    message: expect.stringContaining('nested more than 512'),
  });
});
