import { createHash } from 'node:crypto';
import { articleId } from '../../../domain/identity.ts';
import type { Article } from '../../../schemas/types.ts';
import type { Message } from '../../../streams/stage.ts';

const hash = (...parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A text of its own for each seed, long enough to group by. */
export const longText = (seed: string) => `${seed} said so on Monday, and nobody contradicted it. `.repeat(8).trim();

/** Words that no other seed gives, in the order of a text. */
export const madeUpWords = (seed: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `w${hash(seed, at).slice(0, 6).replaceAll(/[0-9]/g, 'q')}`);

const [beginning, end, foreign] = ['beginning', 'end', 'foreign'].map((seed) => madeUpWords(seed, 80)) as [
  readonly string[],
  readonly string[],
  readonly string[],
];
const replaced = (words: readonly string[], everyNth: number) =>
  words.map((word, at) => (at % everyNth === 0 ? foreign[at % foreign.length] : word));

/** Texts near one another, but not all: `beginning` and `end` are near to `whole`, and not to each other. */
export const nearTexts = {
  whole: [...beginning, ...end].join(' '),
  framed: ['All rights reserved.', ...beginning, ...end, 'Read more at our site.'].join(' '),
  reworded: replaced([...beginning, ...end], 5).join(' '),
  beginning: beginning.join(' '),
  end: end.join(' '),
} as const;

/** An article as extract gives it; identity and hashes follow from the rest. */
export function article(given: Partial<Article> & Pick<Article, 'url'>): Article {
  const visibility = given.visibility ?? 'public';
  const text = given.text ?? longText(given.url);
  const title = given.title ?? `The headline of ${given.url}`;
  const canonical = given.canonical_url ?? null;
  const publishedAt = given.published_at ?? 1_790_000_000_000;
  return {
    article_id: articleId(visibility, given.url),
    version: 1_790_000_000_000_000,
    visibility,
    canonical_url: canonical,
    feed_ids: ['feed-1'],
    site_name: null,
    title,
    text,
    html: null,
    summary: null,
    authors: [],
    tags: [],
    section: null,
    paywall: null,
    withheld: null,
    image_url: null,
    language_hint: null,
    published_at: publishedAt,
    published_at_source: 'entry',
    modified_at: null,
    fetched_at: 1_790_000_000_000,
    content_hash: hash(title, text, canonical, publishedAt),
    text_hash: hash(text),
    extraction_method: 'readability',
    extraction_confidence: 1,
    enrichment: null,
    ...given,
  };
}

/** The message by which an article reaches the stage; null for its end. */
export function message(key: string, value: Article | null): Message<'article'> {
  return { topic: 'article', partition: 0, offset: 0n, key, value, headers: {}, timestampMs: 1_790_000_000_000 };
}
