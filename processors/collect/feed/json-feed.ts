import { escapeText } from 'entities';
import { parseJsonFeed } from 'feedsmith';
import type { WireEntry, WireFeed } from './wire.ts';

type JsonFeed = ReturnType<typeof parseJsonFeed>;
type JsonItem = NonNullable<JsonFeed['items']>[number];

/**
 * JSON Feed 1.0 and 1.1.
 *
 * @param json parsed
 * @throws Error for what is no JSON Feed
 */
export function readJsonFeed(json: unknown): WireFeed {
  const feed = parseJsonFeed(json);
  return {
    title: feed.title ?? null,
    siteUrl: feed.home_page_url ?? null,
    language: feed.language ?? null,
    base: null,
    warnings: [],
    entries: (feed.items ?? []).map((item) => entryOf(item, feed)),
  };
}

function entryOf(item: JsonItem, feed: JsonFeed): WireEntry {
  const authors = item.authors ?? feed.authors ?? [];
  return {
    id: item.id ?? null,
    links: [item.url, item.id, item.external_url].filter((link) => link !== undefined),
    base: null,
    title: item.title ?? null,
    titleIsHtml: false,
    summaryHtml: asHtml(item.summary),
    contentHtml: item.content_html ?? asHtml(item.content_text),
    authors: authors.flatMap((author) => author.name ?? []),
    tags: item.tags ?? [],
    published: textOrNull(item.date_published),
    updated: textOrNull(item.date_modified),
    image: item.image ?? item.banner_image ?? null,
    language: item.language ?? null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function asHtml(text: string | undefined): string | null {
  if (text === undefined) return null;
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeText(paragraph)}</p>`)
    .join('');
}
