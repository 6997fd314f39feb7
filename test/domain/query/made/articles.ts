import { newsTopicIds } from '../../../../domain/news-topics.ts';
import { articleKeys } from '../../../../domain/query/article-keys.ts';
import { documentParts, type OrganizationView, type QueryDocument } from '../../../../domain/query/document.ts';
import { normalPriority, priorities, type Priority } from '../../../../domain/priority.ts';

export type Random = () => number;

export const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;
const some = <T>(list: readonly T[], most: number, random: Random): readonly T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(list, random));
const chance = (share: number, random: Random): boolean => random() < share;

const idOf = (kind: number, number: number): string =>
  `00000000-0000-5000-8${String(kind).padStart(3, '0')}-${String(number).padStart(12, '0')}`;
const idsOf = (kind: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => idOf(kind, index + 1));

export const organizationIds = idsOf(1, 2);
export const feedIds = idsOf(2, 4);
/** The feed that the first of two has become. */
export const movedFeed = { from: feedIds[3] as string, to: feedIds[2] as string };
/** Of both organisations, one for each feed that there still is. */
export const sourceIds = organizationIds.map((_, organization) => idsOf(30 + organization, feedIds.length - 1));
export const topicIds = organizationIds.map((_, organization) => idsOf(40 + organization, 3));
export const storyIds = idsOf(5, 4);
/** The story that took in the first one. */
export const mergedInto = { from: storyIds[0] as string, into: storyIds[1] as string };

export const now = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;
export const dimensions = 8;
export const model = 'made-up';

/** Few, so that articles and queries meet; many of them odd. */
export const words: readonly string[] = [
  ...'run runs running ran runner news new newer university universal the of and to be or not who WHO it IT'.split(' '),
  ...'bank banks banking budget deficit minister climate change changes changed Zürich ZURICH Zurich café cafe'.split(
    ' ',
  ),
  ...'résumé resume naïve Häuser Haus hauses Straße STRASSE strasse Müller mueller élèves élève eleve e-mail email'.split(
    ' ',
  ),
  ...'AT&T C++ C# c U.S. US 2026 3.5 3 5 iPhone15 don’t dont rock’n’roll İstanbul istanbul ısı ISI'.split(' '),
  ...'новости новость НОВОСТЕЙ ёлка елка школы школа Αθήνα αθηνα 中国 中国人 人民 中 人 東京都 京都 日本 日本語 語'.split(
    ' ',
  ),
  ...'한국어 한국 ภาษาไทย ภาษา الأخبار أخبار समाचार समाचारों 🙂 -- ½ ﬁnance finance ＡＢＣ abc x'.split(' '),
  'ca\u0301fe',
  'café\u0301',
  'y'.repeat(101),
  'y'.repeat(99),
  'a_b',
  'a',
  'https://news.example/a-b?c=d',
];
export const languages = [
  'en',
  'en',
  'en',
  'de',
  'fr',
  'tr',
  'ru',
  'el',
  'ja',
  'zh',
  'ko',
  'ar',
  'hi',
  'nb',
  'no',
  'xx',
];
export const authors = ['Jane Smith', 'SMITH, Jane', 'José Núñez', 'Jane', 'Anna-Lena Müller', '李 明', '🙂'];
export const tags = ['Climate', 'climate', 'sea level', 'Sea-Level', 'C++', 'ÖPNV', '🙂', 'a=b'];
export const keywords = ['sea level', 'climate change', 'Budget', 'résumé'];
export const entities = ['jane smith', 'zurich', 'at&t', 'united nations'];
export const qualities = ['paywall_stub', 'short'];
export const urls = ['https://www.bbc.co.uk/a', 'https://news.example/b', 'https://blog.news.example/c', 'about:blank'];
export const siteNames = ['BBC News', 'News Example', null];
export const sentiments = ['negative', 'neutral', 'positive'] as const;

/** All that is made up of an article. */
export interface MadeArticle {
  readonly number: number;
  readonly title: string;
  readonly summary: string | null;
  readonly text: string;
  readonly language: string | null;
  readonly url: string;
  readonly siteName: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly keywords: readonly string[];
  readonly entities: readonly string[];
  readonly quality: readonly string[];
  readonly feeds: readonly string[];
  readonly sentiment: { readonly label: (typeof sentiments)[number]; readonly score: number } | null;
  readonly wordCount: number;
  readonly publishedAt: number;
  readonly collectedAt: number;
  readonly isCopy: boolean;
  /** Null: not judged. */
  readonly categories: readonly string[] | null;
  readonly storyId: string | null;
  readonly vector: readonly number[] | null;
  readonly organizations: readonly MadeOrganizationView[];
}

export interface MadeOrganizationView {
  readonly topicIds: readonly string[];
  readonly relevance: number | null;
  /** What its rules did; null where none did anything. */
  readonly marks: { readonly tags: readonly string[]; readonly priority: Priority; readonly isDropped: boolean } | null;
}

export const articleIdOf = (number: number): string => idOf(6, number);

/** Between words: nothing, too, so that scripts without spaces run on. */
const gaps = [' ', ' ', ' ', ' ', ', ', '. ', '\n\n', '', '-', ' — '];

export function makeText(mostWords: number, random: Random): string {
  const length = Math.floor(random() ** 2 * (mostWords + 1));
  let text = '';
  for (let at = 0; at < length; at += 1) {
    const word = pick(words, random);
    text += (at === 0 ? '' : pick(gaps, random)) + (chance(0.1, random) ? word.toUpperCase() : word);
    if (chance(0.15, random)) text += ` ${word}`;
  }
  return text;
}

export function makeArticle(number: number, random: Random): MadeArticle {
  return {
    number,
    title: makeText(8, random),
    summary: chance(0.3, random) ? null : makeText(10, random),
    text: makeText(40, random),
    language: chance(0.1, random) ? null : pick(languages, random),
    url: pick(urls, random),
    siteName: pick(siteNames, random),
    authors: some(authors, 2, random),
    tags: some(tags, 3, random),
    keywords: some(keywords, 2, random),
    entities: [...new Set(some(entities, 2, random))],
    quality: [...new Set(some(qualities, 2, random))].toSorted(),
    feeds: [...new Set([pick(feedIds, random), ...some(feedIds, 2, random)])],
    sentiment: chance(0.3, random) ? null : { label: pick(sentiments, random), score: scoreOf(random) },
    wordCount: pick([0, 1, 10, 100], random),
    publishedAt: now - Math.floor(random() * 10) * 24 * hour,
    collectedAt: now - Math.floor(random() * 10) * hour,
    isCopy: chance(0.2, random),
    categories: chance(0.3, random) ? null : some(newsTopicIds, 2, random),
    storyId: chance(0.3, random) ? null : pick(storyIds, random),
    vector: chance(0.2, random) ? null : unit(random),
    organizations: organizationIds.map((_, at) => ({
      topicIds: [...new Set(some(topicIds[at] ?? [], 2, random))],
      relevance: chance(0.5, random) ? null : Math.abs(scoreOf(random)),
      marks: chance(0.6, random)
        ? null
        : { tags: some(tags, 2, random), priority: pick(priorities, random), isDropped: chance(0.2, random) },
    })),
  };
}

/** In steps, so that bounds are met. */
const scoreOf = (random: Random): number => (Math.floor(random() * 9) - 4) / 4;

/** Half of its numbers are a half, so that every cosine is exact, and many lie just on a bound. */
export function unit(random: Random): readonly number[] {
  const places = Array.from({ length: dimensions }, (_, at) => ({ at, order: random() }));
  const taken = new Set(
    places
      .toSorted((a, b) => a.order - b.order)
      .slice(0, 4)
      .map(({ at }) => at),
  );
  return places.map(({ at }) => (taken.has(at) ? (random() < 0.4 ? -0.5 : 0.5) : 0));
}

/** The article as the view holds it, with all parts there. */
export function documentOf(made: MadeArticle): QueryDocument {
  const { title, summary, text, language, sentiment, vector, storyId, url, siteName: site_name } = made;
  return {
    id: articleIdOf(made.number),
    title,
    summary,
    content: text,
    language,
    feedIds: made.feeds,
    keys: articleKeys({
      url,
      site_name,
      authors: made.authors,
      tags: made.tags,
      keywords: made.keywords.map((term) => ({ term })),
    }),
    entityKeys: made.entities,
    categories: made.categories ?? [],
    storyIds: storyId === null ? [] : storyId === mergedInto.from ? [storyId, mergedInto.into] : [storyId],
    sentiment,
    quality: made.quality,
    wordCount: made.wordCount,
    publishedAt: made.publishedAt,
    collectedAt: made.collectedAt,
    isCopy: made.isCopy,
    vector: vector === null ? null : { model, values: vector },
    organizations: new Map(organizationIds.map((id, at) => [id, viewOf(made, at)])),
    parts: new Set(documentParts),
  };
}

function viewOf({ feeds, organizations }: MadeArticle, at: number): OrganizationView {
  const { topicIds: topics = [], relevance = null, marks = null } = organizations[at] ?? {};
  const present = feeds.map((feed) => (feed === movedFeed.from ? movedFeed.to : feed));
  return {
    sourceIds: (sourceIds[at] ?? []).filter((_, feed) => present.includes(feedIds[feed] ?? '')),
    topicIds: topics,
    relevance,
    tagKeys: articleKeys({ url: '', site_name: null, authors: [], tags: marks?.tags ?? [], keywords: [] }),
    priority: marks?.priority ?? normalPriority,
    isDropped: marks?.isDropped ?? false,
  };
}
