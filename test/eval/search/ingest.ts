import { articleId, derivedId, feedId } from '../../../domain/identity.ts';
import type { RawArticle } from '../../../schemas/types.ts';
import { eventHeaders } from '../../../streams/event-headers.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { TestDocument } from './test-collection.ts';

const batchSize = 100;
/** The documents have no dates. One for all of them, so that none is newer than another. */
const publishedAt = Date.parse('2024-01-01T00:00:00Z');

export const addressOf = (id: string): string => `https://collection.example/${encodeURIComponent(id)}`;

/** Gives the documents to the first stage after the collector, as entries of a feed that have their whole text. */
export async function ingest({ kafka, codec }: Runtime, documents: readonly TestDocument[]): Promise<void> {
  await using producer = await kafka.producer();
  for (let at = 0; at < documents.length; at += batchSize) {
    const records = documents.slice(at, at + batchSize).map(async (document) => {
      const value = rawArticleOf(document);
      const headers = eventHeaders({
        topic: 'raw-article',
        source: 'eval-search',
        eventId: derivedId('eval-search', document.id),
        isTombstone: false,
        nowMs: Date.now(),
      });
      return { topic: 'raw-article', key: value.article_id, value: await codec.encode('raw-article', value), headers };
    });
    await producer.send(await Promise.all(records));
  }
}

function rawArticleOf({ id, title, text }: TestDocument): RawArticle {
  const url = addressOf(id);
  return {
    article_id: articleId('public', url),
    version: 1_000,
    visibility: 'public',
    url,
    feed_id: feedId('https://collection.example/feed'),
    connector: 'feed',
    fetched_at: publishedAt,
    entry: {
      guid: url,
      url,
      title,
      summary_html: null,
      content_html: paragraphsOf(text),
      authors: [],
      tags: [],
      published_at: publishedAt,
      updated_at: null,
      image_url: null,
      language: null,
      published_raw: null,
    },
    page: null,
    page_error: null,
    extraction: null,
    enrichment: null,
  };
}

function paragraphsOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return escaped
    .split(/\n+/u)
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join('');
}
