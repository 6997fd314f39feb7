import { nothingFound } from '../../../processors/enrich/enricher.ts';
import type { ArticleDuplicate, ArticleEmbedded, ArticleEnriched, FeedStatus } from '../../../schemas/types.ts';
import type { Message } from '../../../streams/stage.ts';
import type { TopicName, TopicValues } from '../../../streams/topics.ts';

/** A UUID that tells its number. */
export const id = (number: number): string => `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`;

/** Feeds of the tests, by a letter from a to f. */
export const feed = (letter: string): string => `${letter.repeat(8)}-0000-5000-8000-000000000000`;

let offset = 0n;

export function message<T extends TopicName>(
  topic: T,
  key: string,
  value: TopicValues[T] | null,
  timestampMs = 1_790_000_000_000,
): Message<T> {
  offset += 1n;
  const record = { topic, partition: 0, offset, key, value, headers: {}, timestampMs };
  return record;
}

export interface ArticleFields {
  readonly title?: string;
  readonly text?: string;
  readonly html?: string | null;
  readonly feeds?: readonly string[];
  readonly tags?: readonly string[];
  readonly authors?: readonly string[];
  readonly language?: string | null;
  readonly sentiment?: ArticleEnriched['sentiment'];
}

export function enriched(number: number, version: number, fields: ArticleFields = {}): ArticleEnriched {
  return {
    article_id: id(number),
    version,
    article: {
      article_id: id(number),
      version,
      visibility: 'public',
      url: `https://news.example/${number}`,
      canonical_url: null,
      feed_ids: fields.feeds ?? [feed('a')],
      site_name: 'News',
      title: fields.title ?? `Title ${number}, version ${version}`,
      text: fields.text ?? `First paragraph of ${number}.\n\nSecond paragraph.`,
      html: fields.html ?? null,
      summary: 'A summary',
      authors: fields.authors ?? ['Ada Lovelace', 'Grace Hopper'],
      tags: fields.tags ?? ['tag'],
      section: number % 2 === 0 ? 'Politics' : null,
      paywall: number % 2 === 0 ? true : null,
      withheld: number % 3 === 0 ? 'noarchive' : null,
      image_url: null,
      language_hint: 'en-GB',
      published_at: 1_780_000_000_000 + number,
      published_at_source: 'entry',
      modified_at: number % 2 === 0 ? 1_785_000_000_123 : null,
      fetched_at: 1_789_000_000_000 + version,
      content_hash: `content ${number}`,
      text_hash: `text ${number}`,
      extraction_method: 'readability',
      extraction_confidence: 0.87,
      enrichment: null,
    },
    ...nothingFound,
    language: fields.language === undefined ? 'en' : fields.language,
    language_confidence: 0.913,
    keywords: [
      { term: 'quake', weight: 0.75 },
      { term: 'it’s "quoted"', weight: 0.1 },
    ],
    word_count: 321,
    reading_time_seconds: 84,
    sentiment:
      fields.sentiment === undefined
        ? { label: 'negative', score: -0.3, method: 'words-1', confidence: 0.6 }
        : fields.sentiment,
    skipped: [],
  };
}

export const article = (number: number, version: number, fields?: ArticleFields): Message<'article-enriched'> =>
  message('article-enriched', id(number), enriched(number, version, fields));

export const noArticle = (number: number, timestampMs?: number): Message<'article-enriched'> =>
  message('article-enriched', id(number), null, timestampMs);

export function duplicateOf(copy: number, original: number | null, version: number): ArticleDuplicate {
  return {
    article_id: id(copy),
    original_id: original === null ? null : id(original),
    reason: 'same_text',
    score: 0.99,
    version,
    method: 'dedup-1',
  };
}

export const duplicate = (copy: number, original: number | null, version: number): Message<'article-duplicate'> =>
  message('article-duplicate', id(copy), duplicateOf(copy, original, version));

export const noDuplicate = (copy: number): Message<'article-duplicate'> => message('article-duplicate', id(copy), null);

/** What is said of an article: of even ones nothing but their categories. */
export function judgements(number: number, version: number): Message[] {
  const same = { article_id: id(number), version, method: 'test' };
  const organization_id = id(500);
  const matches = [{ organization_id, topic_id: id(600), score: 0.75, nearest: 'An example' }];
  const keywords = [{ keyword: 'oil', weight: 1, in_title: false, count: version }];
  const isEven = number % 2 === 0;
  return [
    message('article-categories', id(number), {
      ...same,
      visibility: 'public',
      categories: [{ topic: 'sport', score: 0.5, facet: 'football' }],
      model: 'test',
    }),
    message('article-topics', id(number), { ...same, defined_at: 1, matches: isEven ? [] : matches, model: 'test' }),
    message('article-relevance', id(number), {
      ...same,
      defined_at: 1,
      organizations: isEven ? [] : [{ organization_id, score: 0.5, keywords }],
    }),
  ];
}

/** The end of what is said of an article. */
export const noJudgements = (number: number): Message[] => [
  message('article-categories', id(number), null),
  message('article-topics', id(number), null),
  message('article-relevance', id(number), null),
];

export function status(letter: string, checkedAt: number, fields: Partial<FeedStatus> = {}): Message<'feed-status'> {
  return message('feed-status', feed(letter), {
    feed_id: feed(letter),
    checked_at: checkedAt,
    outcome: 'collected',
    http_status: 200,
    error_code: null,
    error_detail: null,
    title: 'A feed',
    site_url: 'https://news.example/',
    entry_count: 10,
    new_entry_count: 2,
    duration_ms: 123,
    moved_to: null,
    fresh_seconds: null,
    retry_after_seconds: null,
    newest_at: null,
    oldest_at: null,
    warnings: [],
    ...fields,
  });
}

export function embedded(number: number, version: number, degrees: number): ArticleEmbedded {
  const angle = (degrees * Math.PI) / 180;
  return {
    article_id: id(number),
    version,
    visibility: 'public',
    feed_ids: [feed('a')],
    title: `Title ${number}`,
    url: `https://news.example/${number}`,
    language: 'en',
    published_at: 1_780_000_000_000 + number,
    model: 'test',
    // As Avro's float gives them back.
    vector: [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))],
    entities: [],
    enrichment: null,
  };
}

export const vector = (number: number, version: number, degrees: number): Message<'article-embedded'> =>
  message('article-embedded', id(number), embedded(number, version, degrees));

export const noVector = (number: number): Message<'article-embedded'> => message('article-embedded', id(number), null);
