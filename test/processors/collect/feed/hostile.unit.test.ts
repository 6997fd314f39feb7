import { afterAll, describe, expect, test } from 'vitest';
import type { ParsedFeed } from '../../../../processors/collect/connector.ts';
import { openFeedParser } from '../../../../processors/collect/feed/feed-parser.ts';
import { parseFeed } from '../../../../processors/collect/feed/parse-feed.ts';
import { NamespaceScope } from '../../../../processors/collect/feed/namespaces.ts';
import { entityDecoder } from '../../../../processors/collect/feed/xml-entities.ts';
import { readXmlFeed } from '../../../../processors/collect/feed/xml-feed.ts';
import type { FeedEntry } from '../../../../schemas/types.ts';
import { serve } from '../../../streams/http/loopback-server.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const documentOf = (text: string): { bytes: Buffer; contentType: string; url: string } => ({
  bytes: Buffer.from(text),
  contentType: '',
  url: 'https://example.org/feed',
});
const read = (text: string): Promise<ParsedFeed> => parseFeed(documentOf(text), nowMs);
const rss = (inside: string): string => `<rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const item = (inside: string): string => rss(`<item><link>/a</link>${inside}</item>`);
const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
const first = async (text: string): Promise<FeedEntry | undefined> => (await read(text)).entries[0];
const said = (text: string): Promise<string> => read(text).then((feed) => JSON.stringify(feed), String);

describe('entities', () => {
  test('that grow without end stay small', async () => {
    const levels = times(9, (n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`);
    const feed = await said(
      `<!DOCTYPE rss [<!ENTITY e0 "ha">${levels}]>${item('<title>&e9;</title><description>&e0;</description>')}`,
    );
    expect(feed.length).toBeLessThan(1_000);
    expect(feed).toContain('"summary_html":"ha"');
  });

  test('that are used again and again expand to a million characters at most', () => {
    const decode = entityDecoder(new Map([['a', 'x'.repeat(200)]]));
    expect(decode('&a;'.repeat(100_000))).toHaveLength(1_000_000);
    expect(decode('&a;')).toBe('');
  });

  test('that are long are not declared', async () => {
    const text = `<!DOCTYPE rss [<!ENTITY a "${'x'.repeat(201)}"><!ENTITY b "y">]>${item('<title>&a; &b;</title>')}`;
    expect((await first(text))?.title).toBe('&a; y');
  });

  test.each([
    ['a general entity', (url: string) => `<!DOCTYPE rss [<!ENTITY x SYSTEM "${url}">]>${item('<title>&x;</title>')}`],
    ['a parameter entity', (url: string) => `<!DOCTYPE rss [<!ENTITY % x SYSTEM "${url}"> %x;]>${item('')}`],
    ['an external subset', (url: string) => `<!DOCTYPE rss SYSTEM "${url}">${item('')}`],
    ['a stylesheet', (url: string) => `<?xml-stylesheet href="${url}"?>${item('')}`],
    ['an inclusion', (url: string) => item(`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${url}"/>`)],
    [
      'a schema',
      (url: string) =>
        item('').replace(
          '<rss',
          `<rss xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a ${url}"`,
        ),
    ],
  ])('%s outside is neither read nor fetched', async (_, text) => {
    await using canary = await serve();
    expect((await read(text(canary.origin))).entries).toHaveLength(1);
    expect(await said(text('file:///etc/passwd'))).not.toContain('root:');
    expect(canary.connections).toBe(0);
  });

  test('a million character references are a million characters', async () => {
    expect((await first(item(`<description>${'&#65;'.repeat(1_000_000)}</description>`)))?.content_html).toHaveLength(
      1_000_000,
    );
  });

  test('a million names that nobody knows stay as they are', async () => {
    const text = item(`<title>${times(1_000_000, (n) => `&e${n};`)}</title>`);
    expect((await first(text))?.title).toMatch(/^&e0;&e1;/);
  });

  test('a document type that never ends is no feed', async () => {
    await expect(read(`<!DOCTYPE rss [${'<!ENTITY a '.repeat(500_000)}`)).rejects.toMatchObject({ code: 'not-a-feed' });
  });
});

describe('shapes', () => {
  test.each([
    ['a million levels', rss('<a>'.repeat(1_000_000))],
    ['a million levels in an entry', item(`<description>${'<div>'.repeat(1_000_000)}`)],
    ['a million entries in each other', rss('<item>'.repeat(1_000_000))],
  ])('%s are refused by name', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'unreadable-feed' });
  });

  test('what lies deeper than 512 levels is left out, the entry stays', async () => {
    const entry = await first(
      item(`<description>${'<i>'.repeat(550)}deep${'</i>'.repeat(550)}</description><title>T</title>`),
    );
    expect(entry?.title).toBe('T');
    expect(entry?.content_html?.match(/<i>/g)?.length).toBeLessThan(512);
    expect(entry?.content_html).not.toContain('deep');
  });

  test('a million arrays of JSON in each other', async () => {
    const text = `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    expect((await read(text)).entries).toEqual([]);
  });

  test('100,000 attributes, of which no link is missed among the first', async () => {
    const attributes = times(100_000, (n) => ` a${n}="x"`);
    expect((await read(rss(`<item${attributes}><link>/a</link></item>`))).entries).toHaveLength(1);
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"${attributes}/></entry></feed>`;
    expect((await first(atom))?.url).toBe('https://example.org/a');
  });

  test('declarations of namespaces at every level', async () => {
    const open = times(400, (level) => `<x ${times(90, (n) => `xmlns:p${level}-${n}="http://x" `)}>`);
    expect((await read(item(`${open}${'</x>'.repeat(400)}`))).entries).toHaveLength(1);
  });

  test('a million elements in one entry', async () => {
    const feed = await read(
      rss(
        `<item><title>T</title><link>/a</link><description>${'<b/>'.repeat(1_000_000)}</description></item><item><link>/b</link></item>`,
      ),
    );
    expect(feed.entries.map(({ url }) => url)).toEqual(['https://example.org/a', 'https://example.org/b']);
    expect(feed.warnings[0]).toContain('more than 100000 elements');
  });

  test('a million entries are counted, and the newest of the first 10,000 kept', async () => {
    const feed = await read(rss(times(1_000_000, (n) => (n < 20_000 ? `<item><link>/${n}</link></item>` : '<item/>'))));
    expect(feed.entries).toHaveLength(1_000);
    expect(feed.warnings).toEqual(['999000 entries beyond the newest 1000 were left out']);
  });

  test('a million entries of JSON too', async () => {
    const items = times(1_000_000, (n) => `${n === 0 ? '' : ','}{"url":"/${n}"}`);
    const feed = await read(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[${items}]}`);
    expect(feed.entries).toHaveLength(1_000);
    expect(feed.warnings).toEqual(['999000 entries beyond the newest 1000 were left out']);
  });
});

test('of a hundred declared prefixes at one place no more are known', () => {
  const declarations = Array.from({ length: 200 }, (_, n): [string, string] => [
    `xmlns:p${n}`,
    'http://purl.org/dc/elements/1.1/',
  ]);
  const scope = NamespaceScope.root().within(Object.fromEntries(declarations));
  expect([scope.nameOf('p99:title'), scope.nameOf('p100:title')]).toEqual(['dc:title', 'p100:title']);
});

test('of keywords in one text the first 10,000 characters are read', () => {
  const feed = readXmlFeed(item(`<itunes:keywords>${'a,'.repeat(50_000)}</itunes:keywords>`), null);
  expect(feed.entries[0]?.tags).toHaveLength(5_000);
});

describe('texts of megabytes', () => {
  test.each([
    ['title', 'x'.repeat(10_000_000)],
    ['title', ' x'.repeat(5_000_000)],
    ['title', '&lt;'.repeat(2_000_000)],
    ['guid', 'x'.repeat(1_000_000)],
    ['guid', ' x'.repeat(5_000_000)],
    ['pubDate', ' '.repeat(10_000_000)],
    ['author', 'a@'.repeat(5_000_000)],
    ['author', '('.repeat(1_000_000)],
    ['category', 'x'.repeat(5_000_000)],
    ['itunes:keywords', 'a,'.repeat(5_000_000)],
    ['language', 'x'.repeat(5_000_000)],
  ])('in %s are cut', async (name, text) => {
    const entry = await first(item(`<${name}>${text}</${name}>`));
    expect(entry?.url).toBe('https://example.org/a');
    expect(JSON.stringify(entry).length).toBeLessThan(70_000);
  });

  test.each([
    ['the end of a quote', item(`<enclosure url="${'x'.repeat(5_000_000)}`)],
    [
      'the end of CDATA',
      `${rss('<item><link>/a</link></item>').slice(0, -16)}<item><title><![CDATA[${'x'.repeat(5_000_000)}`,
    ],
    ['the end of a comment', `${rss('<item><link>/a</link></item>').slice(0, -16)}<!--${'x'.repeat(5_000_000)}`],
  ])('without %s', async (_, text) => {
    const feed = await read(text);
    expect(feed.entries.length).toBeLessThan(2);
    expect(feed.warnings[0]).toContain('breaks off');
  });
});

const identities = async (...items: string[]): Promise<string[]> =>
  (await read(rss(items.map((inside) => `<item>${inside}</item>`).join('')))).entries.map(
    ({ guid, url }) => `${guid} ${url}`,
  );

describe('identities', () => {
  test.each([
    [
      'one identifier twice at one address',
      ['<guid>1</guid><link>/a</link>', '<guid>1</guid><link>/a</link>'],
      ['1 https://example.org/a'],
    ],
    [
      'one identifier at two addresses',
      ['<guid>1</guid><link>/a</link>', '<guid>1</guid><link>/b</link>'],
      ['1 https://example.org/a', '1 https://example.org/b'],
    ],
    [
      'two identifiers at one address',
      ['<guid>1</guid><link>/a</link>', '<guid>2</guid><link>/a?utm_source=x</link>'],
      ['1 https://example.org/a'],
    ],
    ['an empty identifier', ['<guid></guid><link>/a</link>'], ['https://example.org/a https://example.org/a']],
    [
      'an identifier of white space and NUL',
      ['<guid> \u0000\n </guid><link>/a</link>'],
      ['https://example.org/a https://example.org/a'],
    ],
    [
      'identifiers that are names of properties',
      ['<guid>__proto__</guid><link>/a</link>', '<guid>constructor</guid><link>/b</link>'],
      ['__proto__ https://example.org/a', 'constructor https://example.org/b'],
    ],
  ])('%s', async (_, items, expected) => {
    expect(await identities(...items)).toEqual(expected);
  });
});

describe('dates', () => {
  test.each([
    ['the year 9999', '9999-12-31T23:59:59Z', null],
    ['beyond all dates', '+275760-09-13T00:00:00Z', null],
    ['30 February', 'Mon, 30 Feb 2026 10:00:00 GMT', null],
    ['31 February in words', '31 de febrero de 2026', null],
    ['the year 0', '0000-00-00 00:00:00', null],
    ['a year of one digit', '1-1-1', null],
    ['a billion', '999999999999999999', null],
    ['not a number', 'NaN', null],
    ['two days ahead', '2026-03-03T11:00:00Z', nowMs],
    ['what is right', '2026-02-28T10:00:00Z', Date.parse('2026-02-28T10:00:00Z')],
  ])('%s, with what was written', async (_, date, expected) => {
    const entry = await first(item(`<pubDate>${date}</pubDate>`));
    expect([entry?.published_at, entry?.published_raw]).toEqual([
      expected,
      date === '2026-02-28T10:00:00Z' ? null : date,
    ]);
  });

  test('none at all', async () => {
    expect(await first(item(''))).toMatchObject({ published_at: null, updated_at: null, published_raw: null });
  });
});

describe('characters', () => {
  test.each([
    ['NUL and controls', 'a\u0000b\u0007c', 'abc'],
    ['references to NUL and controls', 'a&#0;b&#7;c', 'a\ufffdbc'],
    ['lone surrogates by reference', 'a&#xD800;b&#xDFFF;c', 'a\ufffdb\ufffdc'],
    ['references beyond all characters', 'a&#x110000;b&#9999999999;c', 'a\ufffdb\ufffdc'],
    ['a byte order mark within', 'a\ufeffb', 'a b'],
  ])('%s', async (_, title, expected) => {
    expect((await first(item(`<title>${title}</title>`)))?.title).toBe(expected);
  });

  test('lone surrogates and NUL in JSON', async () => {
    const text =
      '{"version":"https://jsonfeed.org/version/1.1","title":"T\\u0000\\ud800","items":[{"url":"/a","title":"a\\udc00b\\u0000","content_html":"<p>\\ud83d\\u0000</p>","__proto__":{"title":"x"}}]}';
    const feed = await read(text);
    expect(feed.title).toBe('T\ufffd');
    expect(feed.entries[0]).toMatchObject({ title: 'a\ufffdb', content_html: '<p>\ufffd</p>' });
  });

  test('names of properties change nothing for others', async () => {
    await read(
      item(
        '<__proto__ polluted="1"><polluted>1</polluted></__proto__><constructor><prototype>1</prototype></constructor>',
      ),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('links', () => {
  test.each([
    'javascript:alert(1)',
    'JaVa\tScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a/b',
    'http://user:secret@example.org/',
    'ftp://example.org/a',
  ])('%s is none, in any place', async (link) => {
    expect((await read(rss(`<item><link>${link}</link><guid>${link}</guid></item>`))).entries).toEqual([]);
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><link href="${link}"/><entry><link href="${link}"/><id>${link}</id></entry></feed>`;
    expect(await read(atom)).toMatchObject({ site_url: null, entries: [] });
    expect((await first(item(`<enclosure type="image/png" url="${link}"/>`)))?.image_url).toBeNull();
    expect(
      await read(
        `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":${JSON.stringify(link)},"items":[{"id":"1","url":${JSON.stringify(link)}}]}`,
      ),
    ).toMatchObject({ site_url: null, entries: [] });
  });
});

describe('a feed that takes long', () => {
  const parser = openFeedParser();
  afterAll(() => parser.close());

  test('holds up no other: small ones that come after it are parsed before it', async () => {
    const slow = rss(
      times(
        150_000,
        (n) => `<item><title>${n}</title><link>/${n}</link><description>${'&amp;'.repeat(5)}</description></item>`,
      ),
    );
    const order: string[] = [];
    const note = (name: string) => (): void => void order.push(name);
    await parser.parse(documentOf(item('')), nowMs);
    const slowOne = parser.parse(documentOf(slow), nowMs).then(note('slow'), note('slow'));
    const small = times(20, () => 'x')
      .split('')
      .map(() => parser.parse(documentOf(item('')), nowMs).then(note('small')));
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 10);
    await Promise.all([slowOne, ...small]);
    clearInterval(ticking);
    expect(order.at(-1)).toBe('slow');
    expect(turns).toBeGreaterThan(2);
  }, 60_000);

  test('what fails in a thread fails alone, with a name', async () => {
    const [bad, good] = await Promise.allSettled([
      parser.parse(documentOf(rss('<a>'.repeat(1_000))), nowMs),
      parser.parse(documentOf(item('')), nowMs),
    ]);
    expect(bad).toMatchObject({ reason: { name: 'SourceProblem', code: 'unreadable-feed' } });
    expect(good.status).toBe('fulfilled');
  }, 60_000);
});
