import { gzipSync } from 'node:zlib';
import type { FeedEntry, RawArticle, RawPage } from '../../../schemas/types.ts';

export const fetchedMs = Date.parse('2026-03-01T12:00:00Z');
export const pageUrl = 'https://example.org/news/a';

/** A raw article with a page of that HTML; without a page where it is null. */
export function rawArticle(
  html: string | Buffer | null,
  entry: Partial<FeedEntry> = {},
  page: Partial<RawPage> = {},
): RawArticle {
  const whole =
    html === null
      ? null
      : {
          final_url: pageUrl,
          status: 200,
          content_type: 'text/html',
          body_gzip: gzipSync(html),
          truncated: false,
          robots: null,
          ...page,
        };
  return {
    article_id: '00000000-0000-5000-8000-000000000001',
    version: fetchedMs * 1000,
    visibility: 'public',
    url: pageUrl,
    feed_id: 'f',
    connector: 'feed',
    fetched_at: fetchedMs,
    entry: {
      guid: '1',
      url: pageUrl,
      title: 'Storm hits the coast',
      summary_html: null,
      content_html: null,
      authors: [],
      tags: [],
      published_at: null,
      updated_at: null,
      image_url: null,
      language: null,
      published_raw: null,
      ...entry,
    },
    page: whole,
    page_error: null,
    extraction: null,
    enrichment: null,
  };
}

export const paragraphs = [
  'A storm hit the coast on Sunday evening, and took the roofs from dozens of houses in three villages, as the fire brigade said.',
  'Nobody was hurt, but the road to the harbour is closed until Tuesday, and the ferries stay where they are, said the mayor.',
  'Meteorologists had warned of gusts, yet not of such, and want to look into their models, they told the newspaper on Monday.',
  'The insurers expect claims of some millions, which is less than after the flood, and more than in any of the years before it.',
];
const body = paragraphs.map((text) => `<p>${text}</p>`).join('');

/** A page as a publisher would serve it, with things around the article. */
export function newsPage(head = '', inside = '', title = 'Storm hits the coast'): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} | Daily</title>${head}</head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><main><article><h1>${title}</h1>${inside}${body}</article></main><aside><h2>Most read</h2><ul><li><a href="/1">One</a></li></ul></aside><footer>Imprint</footer></body></html>`;
}
