import { describe, expect, test } from 'vitest';
import type { Event, TopicEvents } from './check/events.ts';
import { Findings } from './check/findings.ts';
import { checkTopic } from './check/topics.ts';
import { type ArticleLine, expectedLinks, hashOfText } from './ledger.ts';
import type { ReaderJournalLine } from './reader-journal.ts';
import { ReaderMemory } from './reader-memory.ts';

const id = 'a0000000-0000-5000-8000-000000000001';
const line = (number: number, changes: Partial<ArticleLine> = {}): ArticleLine => ({
  kind: 'article',
  id,
  url: 'https://news.example/1',
  number,
  via: 'topic',
  feedId: 'f',
  eventId: `e${number}`,
  version: number * 1_000,
  title: `Title (v${number})`,
  textHash: hashOfText(`text ${number}`),
  words: 2,
  publishedAt: 1,
  textGroup: null,
  ...changes,
});
const ledger = { articles: new Map([[id, [line(1), line(2)]]]) };

const event = (number: number, changes: { key?: string; version?: number; text?: string; eventId?: string } = {}) =>
  ({
    eventId: changes.eventId ?? `u${number}`,
    key: changes.key ?? id,
    value: {
      article_id: changes.key ?? id,
      version: changes.version ?? number * 1_000 + 2,
      title: `Title (v${number})`,
      text: changes.text ?? `text ${number}`,
    },
    bytesHash: '',
    place: `article-unique/0/${number}`,
  }) as unknown as Event<'article-unique'>;

const read = (...events: Event<'article-unique'>[]): TopicEvents<'article-unique'> => ({
  events,
  repeats: 0,
  changed: [],
  unreadable: 0,
});

describe('a topic held against the ledger', () => {
  const tables: readonly [string, TopicEvents<'article-unique'>, readonly string[]][] = [
    ['nothing is wrong with each version once, in order', read(event(1), event(2)), []],
    ['a version that is missing is lost', read(event(2)), ['lost']],
    [
      'a version under two event ids is a duplicate',
      read(event(1), event(1, { eventId: 'x', version: 1_003 }), event(2)),
      ['duplicate'],
    ],
    [
      'two events of one version number are a duplicate',
      read(event(1), event(2), event(2, { eventId: 'x' })),
      ['duplicate', 'duplicate'],
    ],
    ['another text is wrong content', read(event(1, { text: 'else' }), event(2)), ['wrong-content']],
    ['an older version behind a newer one is backwards', read(event(2), event(1)), ['backwards']],
    [
      'an article that nobody made is unseen',
      read(event(1), event(2), event(1, { key: 'b', eventId: 'b' })),
      ['unseen'],
    ],
    [
      'a repeat that says something else is wrong content',
      { ...read(event(1), event(2)), changed: [{ first: event(1), repeat: event(1, { text: 'else' }) }] },
      ['wrong-content'],
    ],
  ];
  test.each(tables)('%s', (_, events, words) => {
    const findings = new Findings();
    checkTopic('article-unique', events, ledger, findings.report);
    expect(findings.list.map(({ word }) => word)).toEqual(words);
  });
});

test.each<[string, 'article' | 'article-unique', ArticleLine['via'], object, readonly string[]]>([
  ['may tell of another time of its fetch', 'article', 'feed', {}, []],
  ['may not say something else', 'article', 'feed', { text: 'else' }, ['wrong-content']],
  ['is the same to the byte behind dedup', 'article-unique', 'feed', {}, ['wrong-content']],
  ['is the same to the byte where nothing was fetched', 'article', 'topic', {}, ['wrong-content']],
])('a repeat of what a feed listed %s', (_, topic, via, changes, words) => {
  const findings = new Findings();
  const made = { articles: new Map([[id, [line(1, { via }), line(2, { via })]]]) };
  const changed = [{ first: event(1), repeat: event(1, changes) }];
  checkTopic(topic, { ...read(event(1), event(2)), changed }, made, findings.report);
  expect(findings.list.map(({ word }) => word)).toEqual(words);
});

const wordsOf = (act: (memory: ReaderMemory) => void): string[] => {
  const lines: ReaderJournalLine[] = [];
  act(new ReaderMemory('reader', (written) => lines.push(written)));
  return lines.flatMap((one) => (one.kind === 'finding' ? [one.word] : []));
};

describe('a reader', () => {
  test('may miss what it never saw, and see newer versions', () => {
    const words = wordsOf((memory) => {
      memory.missing(id);
      memory.found(id, 'Title (v1)');
      memory.found(id, 'Title (v1)');
      memory.found(id, 'Title (v3)');
    });
    expect(words).toEqual([]);
  });

  test('says when an article vanishes', () => {
    const words = wordsOf((memory) => {
      memory.found(id, 'Title (v1)');
      memory.missing(id);
    });
    expect(words).toEqual(['vanished']);
  });

  test('says when a version goes back', () => {
    const words = wordsOf((memory) => {
      memory.found(id, 'Title (v2)');
      memory.found(id, 'Title (v1)');
    });
    expect(words).toEqual(['backwards']);
  });
});

const member = (name: string, publishedAt: number): [string, ArticleLine[]] => [
  name,
  [line(1, { id: name, publishedAt, textGroup: 'g' })],
];

test('the earliest published of a group of the same text is the original of the others', () => {
  const links = expectedLinks({ articles: new Map([member('late', 3), member('early', 1), member('middle', 2)]) });
  expect([...links].map(([copy, { originalId }]) => [copy, originalId])).toEqual([
    ['middle', 'early'],
    ['late', 'early'],
  ]);
});
