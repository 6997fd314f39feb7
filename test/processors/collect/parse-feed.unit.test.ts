import { describe, expect, test } from 'vitest';
import { parseFeed } from '../../../processors/collect/feed/parse-feed.ts';
import type { ParsedFeed } from '../../../processors/collect/connector.ts';
import type { FeedEntry } from '../../../schemas/types.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const at = (text: string): number => Date.parse(text);
const read = (text: string | Buffer, contentType = '', url = 'https://example.org/news/feed'): Promise<ParsedFeed> =>
  parseFeed({ bytes: Buffer.from(text), contentType, url }, nowMs);
const rss = (items: string, channel = ''): string =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Daily</title><link>https://example.org/</link>${channel}${items}</channel></rss>`;
const atom = (entries: string, attributes = ''): string =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>Daily</title>${entries}</feed>`;
const only = async (text: string | Buffer, contentType?: string): Promise<FeedEntry | undefined> => {
  const { entries } = await read(text, contentType);
  expect(entries).toHaveLength(1);
  return entries[0];
};

const link = async (text: string): Promise<string | undefined> => (await read(text)).entries[0]?.url;
const itemWith = (inside: string): string => rss(`<item><link>/a</link>${inside}</item>`);

const whole: FeedEntry = {
  guid: 'id-1',
  url: 'https://example.org/a',
  title: 'Tom & Jerry',
  summary_html: '<p>Short</p>',
  content_html: '<p>Long</p>',
  authors: ['Ada'],
  tags: ['Cats'],
  published_at: at('2026-02-28T10:00:00Z'),
  updated_at: null,
  image_url: 'https://example.org/i.jpg',
  language: 'en-GB',
  published_raw: null,
};

describe('every format says the same', () => {
  test('RSS 2.0', async () => {
    const item = `<item><title>Tom &amp; Jerry</title><link>https://example.org/a</link><guid isPermaLink="false">id-1</guid><dc:creator>Ada</dc:creator><category>Cats</category><pubDate>Sat, 28 Feb 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Short&lt;/p&gt;</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded><enclosure url="/i.jpg" type="image/jpeg"/></item>`;
    expect(await read(rss(item, '<language>en-gb</language>'))).toEqual({
      title: 'Daily',
      site_url: 'https://example.org/',
      entries: [{ ...whole, language: 'en-gb' }],
      freshSeconds: null,
      warnings: [],
    });
  });

  test('Atom', async () => {
    const entry = `<entry><title type="html">Tom &amp;amp; Jerry</title><link rel="self" href="/self"/><link href="/a"/><id>id-1</id><author><name>Ada</name></author><category term="c" label="Cats"/><published>2026-02-28T10:00:00Z</published><updated>2026-02-28T11:00:00Z</updated><summary type="html">&lt;p&gt;Short&lt;/p&gt;</summary><content type="html">&lt;p&gt;Long&lt;/p&gt;</content><media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="/i.jpg"/></entry>`;
    const feed = await read(atom(`<link href="https://example.org/"/>${entry}`, 'xml:lang="en-GB"'));
    expect(feed).toEqual({
      title: 'Daily',
      site_url: 'https://example.org/',
      entries: [{ ...whole, updated_at: at('2026-02-28T11:00:00Z') }],
      freshSeconds: null,
      warnings: [],
    });
  });

  test('RDF', async () => {
    const rdf = `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>Daily</title><link>https://example.org/</link></channel><item rdf:about="id-1"><title>Tom &amp; Jerry</title><link>https://example.org/a</link><dc:creator>Ada</dc:creator><dc:subject>Cats</dc:subject><dc:date>2026-02-28T10:00:00Z</dc:date><dc:language>en-GB</dc:language><description>&lt;p&gt;Short&lt;/p&gt;</description></item></rdf:RDF>`;
    expect(await only(rdf)).toEqual({ ...whole, content_html: null, image_url: null });
  });

  test('JSON Feed', async () => {
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Daily',
      home_page_url: 'https://example.org/',
      language: 'en-GB',
      items: [
        {
          id: 'id-1',
          url: '/a',
          title: 'Tom & Jerry',
          summary: 'Short',
          content_html: '<p>Long</p>',
          authors: [{ name: 'Ada' }],
          tags: ['Cats'],
          date_published: '2026-02-28T10:00:00Z',
          image: '/i.jpg',
        },
      ],
    };
    expect(await only(JSON.stringify(feed))).toEqual(whole);
  });

  test('Atom with XHTML inside keeps the order of its words', async () => {
    const entry = `<entry><title>T</title><link href="/a"/><id>1</id><updated>2026-02-28T11:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">one <b>two</b> three <i>four</i></div></content></entry>`;
    expect((await only(atom(entry)))?.content_html).toMatch(/one.*two.*three.*four/s);
  });

  test('a feed that is not well-formed is read as far as it goes, and says so', async () => {
    const feed = await read(rss('<item><title>Cats & dogs</title><link>https://example.org/a</link></item>'));
    expect(feed.entries.map(({ title }) => title)).toEqual(['Cats & dogs']);
    expect(feed.warnings[0]).toContain('not well-formed');
  });

  test('a date that rss-parser chokes on costs nothing but the date', async () => {
    const entry = '<entry><title>T</title><link href="/a"/><id>1</id><published>soon</published></entry>';
    expect(await only(atom(entry))).toMatchObject({ title: 'T', published_at: null });
  });
});

describe('links', () => {
  test.each([
    [
      'absolute ones stay as they were linked',
      rss('<item><link>https://example.org/a?utm_source=rss#x</link></item>'),
      'https://example.org/a?utm_source=rss#x',
    ],
    ['relative ones stand against the site in RSS', rss('<item><link>a</link></item>'), 'https://example.org/a'],
    [
      'relative ones stand against the feed in Atom',
      atom('<entry><link href="a"/></entry>'),
      'https://example.org/news/a',
    ],
    [
      'relative ones stand against xml:base',
      atom('<entry xml:base="sub/"><link href="a"/></entry>', 'xml:base="https://base.example/x/"'),
      'https://base.example/x/sub/a',
    ],
    ['a guid that is a link is one', rss('<item><guid>https://example.org/a</guid></item>'), 'https://example.org/a'],
    [
      'a guid that is declared to be none is none',
      rss('<item><guid isPermaLink="false">https://example.org/a</guid></item>'),
      undefined,
    ],
    [
      'the original is preferred to a counting detour',
      rss(
        '<item><link>https://feeds.example/1</link><feedburner:origLink xmlns:feedburner="x">https://example.org/a</feedburner:origLink></item>',
      ),
      'https://example.org/a',
    ],
    ['scripts are no links', rss('<item><link>javascript:alert(1)</link></item>'), undefined],
    ['data are no links', atom('<entry><link href="data:text/html,x"/></entry>'), undefined],
    [
      'a base that is no web address is passed over',
      atom('<entry><link href="/a"/></entry>', 'xml:base="javascript:x"'),
      'https://example.org/a',
    ],
  ])('%s', async (_, text, url) => {
    expect(await link(text)).toBe(url);
  });

  test('an entry without a link is left out and counted', async () => {
    const feed = await read(rss('<item><title>No link</title></item><item><link>/a</link></item>'));
    expect(feed.entries).toHaveLength(1);
    expect(feed.warnings).toEqual(['1 entries without an address on the web were left out']);
  });

  test('the same address twice is one entry, whatever the identifiers', async () => {
    const feed = await read(
      rss('<item><guid>1</guid><link>/a?utm_source=x</link></item><item><guid>2</guid><link>/a#b</link></item>'),
    );
    expect(feed.entries.map(({ guid }) => guid)).toEqual(['1']);
    expect(feed.warnings).toEqual([]);
  });

  test('of entries with one address the first with a title is taken', async () => {
    const feed = await read(
      rss('<item><link>/a</link></item><item><link>/a</link><title>A</title></item><item><link>/b</link></item>'),
    );
    expect(feed.entries.map(({ title }) => title)).toEqual(['A', '']);
    expect(feed.warnings).toEqual([]);
  });

  test('entries with the address of another are counted where they are others', async () => {
    const titles = ['A', 'B', 'A', 'C'];
    const feed = await read(rss(titles.map((title) => `<item><link>/</link><title>${title}</title></item>`).join('')));
    expect(feed.entries.map(({ title }) => title)).toEqual(['A']);
    expect(feed.warnings).toEqual(['2 entries with the address of another, and another title, were left out']);
  });

  test('the same identifier on two addresses is two entries', async () => {
    const feed = await read(
      rss('<item><guid>1</guid><link>/a</link></item><item><guid>1</guid><link>/b</link></item>'),
    );
    expect(feed.entries).toHaveLength(2);
  });
});

describe('titles are plain text', () => {
  test.each([
    ['<title>Cats &amp;amp; dogs</title>', 'Cats & dogs'],
    ['<title><![CDATA[Cats &amp; <b>dogs</b>]]></title>', 'Cats & dogs'],
    ['<title>1 &lt; 2 and 3 &gt; 2</title>', '1 < 2 and 3 > 2'],
    ['<title>  Two\n lines </title>', 'Two lines'],
    ['<title>&#233;t&amp;eacute;</title>', 'été'],
    ['', ''],
  ])('%s', async (title, text) => {
    expect((await only(rss(`<item>${title}<link>/a</link></item>`)))?.title).toBe(text);
  });

  test('Atom text is not HTML', async () => {
    expect(
      (await only(atom('<entry><title>How &lt;b&gt; works</title><link href="/a"/><id>1</id></entry>')))?.title,
    ).toBe('How <b> works');
  });
});

describe('what the wild sends', () => {
  test.each([
    ['the year 9999', '9999-12-31T00:00:00Z', null],
    ['30 February', 'Mon, 30 Feb 2026 10:00:00 GMT', null],
    ['the beginning of time', '1970-01-01T00:00:00Z', null],
    ['a clock a little ahead', '2026-03-01T18:00:00Z', nowMs],
    ['nonsense', 'yesterday', null],
  ])('a date like %s', async (_, date, published) => {
    const entry = await only(itemWith(`<pubDate>${date}</pubDate>`));
    expect([entry?.published_at, entry?.published_raw]).toEqual([published, date]);
  });

  test('NUL, controls and lone surrogates', async () => {
    const entry = await only(itemWith('<title>a\u0000b\u0008c &#xD800;d</title>'));
    expect(entry?.title.isWellFormed()).toBe(true);
    expect(entry?.title).toMatch(/^abc/);
  });

  test('an encoding by its declaration', async () => {
    const bytes = Buffer.from(
      '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><item><title>für</title><link>https://example.org/a</link></item></channel></rss>',
      'latin1',
    );
    expect((await only(bytes))?.title).toBe('für');
    expect((await only(bytes, 'application/rss+xml; charset=utf-8'))?.title).toBe('für');
  });

  test('a title of 10 MB', async () => {
    expect((await only(itemWith(`<title>${'a'.repeat(10_000_000)}</title>`)))?.title).toHaveLength(2_000);
  });

  test('a content of 3 MB', async () => {
    const entry = await only(itemWith(`<content:encoded>${'ü'.repeat(1_500_000)}</content:encoded>`));
    expect(Buffer.byteLength(entry?.content_html ?? '')).toBe(1_000_000);
  });

  test('a guid of 1 MB', async () => {
    expect((await only(itemWith(`<guid>${'g'.repeat(1_000_000)}</guid>`)))?.guid).toHaveLength(2_000);
  });

  test('of 3,000 entries the newest 1,000', async () => {
    const items = Array.from(
      { length: 3_000 },
      (_, n) =>
        `<item><link>/${n}</link><pubDate>${new Date(nowMs - (3_000 - n) * 60_000).toUTCString()}</pubDate></item>`,
    );
    const feed = await read(rss(items.join('')));
    expect(feed.entries).toHaveLength(1_000);
    expect(feed.entries[0]?.url).toBe('https://example.org/2999');
    expect(feed.warnings).toEqual(['2000 entries beyond the newest 1000 were left out']);
  });

  test('names of object properties', async () => {
    const entry = await only(itemWith('<title>__proto__</title><__proto__>x</__proto__><constructor>y</constructor>'));
    expect(entry?.title).toBe('__proto__');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('entities that refer to files or grow without end are not expanded', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&e;&f;</title><link>https://example.org/a</link></item></channel></rss>`;
    const said = await read(bomb).then((feed) => JSON.stringify(feed), String);
    expect(said).not.toContain('root:');
    expect(said.length).toBeLessThan(20_000);
  });
});

describe('what is no feed is named, with the next step', () => {
  test.each([
    ['a web page', '<!DOCTYPE html><html><head><title>x</title></head></html>', /web page and no feed.*moved/],
    ['a page behind comments', '<!-- hi --><html lang="en"></html>', /web page and no feed/],
    [
      'a page that links its feed',
      '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>',
      /its feed is https:\/\/example\.org\/rss\.xml/,
    ],
    ['nothing', '  ', /sent nothing/],
    ['words', 'Service unavailable', /neither XML nor JSON/],
    ['other XML', '<?xml version="1.0"?><urlset><url/></urlset>', /no RSS, Atom or RDF/],
    ['other JSON', '{"status":"ok"}', /no JSON Feed/],
    ['half of a JSON feed', '{"version":"https://jsonfeed.org/version/1.1","items":[', /not valid JSON/],
  ])('%s', async (_, text, words) => {
    await expect(read(text)).rejects.toMatchObject({
      name: 'SourceProblem',
      code: 'not-a-feed',
      message: expect.stringMatching(words) as unknown,
    });
  });
});
