import { parseFeed } from '@rowanmanning/feed-parser';
import type { WireFeed } from './wire.ts';

/**
 * Feeds that rss-parser refuses (not well-formed, of no known version, without a date that it can read), or would
 * scramble (Atom with XHTML inside).
 *
 * @throws Error where no feed can be found in it
 */
export function readLenientXmlFeed(xml: string): WireFeed {
  const feed = parseFeed(xml);
  return {
    title: feed.title,
    siteUrl: feed.url,
    language: feed.language,
    base: null,
    warnings: [],
    entries: feed.items.map((item) => ({
      id: item.id,
      links: [item.url, item.id].filter((link) => link !== null),
      base: null,
      title: item.title,
      titleIsHtml: true,
      summaryHtml: item.description,
      contentHtml: item.content,
      authors: item.authors.flatMap(({ name }) => name ?? []),
      tags: item.categories.map(({ label, term }) => label ?? term),
      published: isoOf(item.published),
      updated: isoOf(item.updated),
      image: item.image?.url ?? null,
      language: null,
    })),
  };
}

function isoOf(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
