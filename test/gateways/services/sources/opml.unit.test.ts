import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { Invalid } from '../../../../gateways/services/faults.ts';
import { readOpml, writeOpml } from '../../../../gateways/services/sources/opml.ts';

const opml = (outlines: string): string => `<?xml version="1.0"?><opml version="2.0"><body>${outlines}</body></opml>`;

const feed = { type: 'rss', config: '{}' };

describe('reading OPML', () => {
  test('finds feeds in their order with their folders, those that are listed twice as well', () => {
    const text = opml(`
      <outline text="News">
        <outline text="B &amp; C" xmlUrl="https://b.example/feed?a=1&amp;b=2" htmlUrl="https://b.example/"/>
        <outline text="Deeper/er"><outline title="A > B" text="x" description="What it is" category="/Tech,/News/ ,Tech" xmlUrl=" https://a.example/feed "/></outline>
      </outline>
      <outline text="again" xmlUrl="https://b.example/feed?a=1&amp;b=2"/>
      <outline text="a link" type="link" url="https://c.example/"/>`);
    const b = { ...feed, url: 'https://b.example/feed?a=1&b=2', description: null };
    expect(readOpml(text)).toEqual([
      { ...b, title: 'B & C', siteUrl: 'https://b.example/', tags: ['News'] },
      {
        ...feed,
        url: 'https://a.example/feed',
        title: 'A > B',
        siteUrl: null,
        description: 'What it is',
        tags: ['News/Deeper er', 'Tech', 'News'],
      },
      { ...b, title: 'again', siteUrl: null, tags: [] },
    ]);
  });

  test('reads what it wrote: names, descriptions, folders, categories and settings', () => {
    const sources = [
      {
        ...feed,
        url: 'https://c.example/feed',
        title: 'C',
        siteUrl: null,
        description: 'In a folder',
        tags: ['News/Europe', 'Tech'],
      },
      {
        ...feed,
        config: '{"extraction":{"content":".story > p","remove":"\\"x\\""}}',
        url: 'https://d.example/feed',
        title: 'D',
        siteUrl: 'https://d.example/',
        description: null,
        tags: ['News'],
      },
      {
        url: 'https://e.example/news',
        type: 'html',
        config: '{"item":"li"}',
        title: '2026',
        siteUrl: null,
        description: null,
        tags: [],
      },
      {
        ...feed,
        url: 'https://a.example/feed?x=1&y=2',
        title: 'A "quoted" <name>',
        siteUrl: null,
        description: 'Line & <line>',
        tags: [],
      },
    ];
    expect(readOpml(writeOpml('Feeds', sources))).toEqual(sources);
  });

  test('writes what other programs read as feeds, and what they pass over', () => {
    const each = { title: 'x', siteUrl: null, description: null, tags: [] };
    const text = writeOpml('All', [
      { ...feed, ...each, url: 'https://a.example/feed' },
      { ...each, url: 'https://b.example/', type: 'html', config: '{}' },
    ]);
    const root = parseHTML(text).document;
    expect(text).toContain('xmlns:mimir=');
    const outlines = [...root.querySelectorAll('outline')];
    expect(outlines.map((outline) => [outline.getAttribute('type'), outline.getAttribute('xmlUrl')])).toEqual([
      ['rss', 'https://a.example/feed'],
      ['mimir', null],
    ]);
  });

  test.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['a page', '<html><body><p>Hello</p></body></html>'],
    ['outlines that nest without end', opml('<outline text="x">'.repeat(100_000))],
    ['a million opening brackets', '<'.repeat(1_000_000)],
    ['an unclosed quote', `<opml><body>${'<a "'.repeat(200_000)}`],
    [
      'entities that multiply',
      `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1000)}"><!ENTITY c "${'&a;'.repeat(1000)}">]>${'&c;'.repeat(1000)}`,
    ],
  ])('refuses %s', (_, text) => {
    expect(() => readOpml(text)).toThrow(Invalid);
  });

  test('takes no file into the list', () => {
    const text = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${opml('<outline text="&f;" xmlUrl="https://a.example/"/>')}`;
    const outcome = (() => {
      try {
        return JSON.stringify(readOpml(text));
      } catch (error) {
        return String(error);
      }
    })();
    expect(outcome).not.toContain('root:');
  });
});
