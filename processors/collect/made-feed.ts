import type { FeedDocument } from './connector.ts';

/** An item of JSON Feed 1.1, as connectors make it of what they read. */
export interface MadeItem {
  readonly id?: string | undefined;
  readonly url: string;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly content_html?: string | undefined;
  readonly content_text?: string | undefined;
  /** As published: whatever can be read as a date. */
  readonly date_published?: string | undefined;
  readonly date_modified?: string | undefined;
  readonly authors?: readonly { readonly name: string }[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly image?: string | undefined;
  readonly language?: string | undefined;
}

/** A JSON Feed for `context.parse`. */
export function madeFeed(feed: {
  readonly title: string | null;
  readonly siteUrl: string;
  /** Relative links stand against it. */
  readonly url: string;
  readonly items: readonly MadeItem[];
}): FeedDocument {
  const document = {
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title ?? new URL(feed.url).host,
    home_page_url: feed.siteUrl,
    items: feed.items.map((item) => ({ id: item.url, ...item })),
  };
  return { bytes: Buffer.from(JSON.stringify(document)), contentType: 'application/feed+json', url: feed.url };
}

/** Seconds or milliseconds since 1970, which APIs use alike, as ISO 8601; other dates as they are. */
export function dateText(value: unknown): string | undefined {
  if (typeof value === 'string' && !/^\d{9,13}$/.test(value.trim())) return value;
  const number = Number(value);
  if ((typeof value !== 'number' && typeof value !== 'string') || !Number.isFinite(number) || number <= 0)
    return undefined;
  const date = new Date(number < 100_000_000_000 ? number * 1000 : number);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
