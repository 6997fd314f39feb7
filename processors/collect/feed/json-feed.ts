import { decodeHTML, escapeText } from 'entities';
import { z } from 'zod';
import { hasCharacterReference } from './character-reference.ts';
import {
  addressIn,
  maxWireEntries,
  type WireEnclosure,
  type WireEntry,
  type WireFeed,
  type WirePerson,
} from './wire.ts';

/** What is of another type than it should be counts as missing. */
const text = z.string().nullable().catch(null);
const identifier = z
  .union([z.string(), z.number().transform(String)])
  .nullable()
  .catch(null);
const person = z.object({ name: text, url: text }).catch({ name: null, url: null });
const personList = z
  .union([z.array(person), person.transform((one) => [one])])
  .nullable()
  .catch(null);
const attachment = z
  .object({ url: text, mime_type: text, size_in_bytes: identifier })
  .catch({ url: null, mime_type: null, size_in_bytes: null });
const item = z.object({
  id: identifier,
  url: text,
  external_url: text,
  title: text,
  summary: text,
  content_html: text,
  content_text: text,
  image: text,
  banner_image: text,
  date_published: text,
  date_modified: text,
  language: text,
  author: personList,
  authors: personList,
  tags: z.array(z.unknown()).nullable().catch(null),
  attachments: z.array(attachment).nullable().catch(null),
});
const feed = z.object({
  version: text,
  title: text,
  description: text,
  home_page_url: text,
  feed_url: text,
  language: text,
  icon: text,
  favicon: text,
  author: personList,
  authors: personList,
  items: z.array(z.unknown()).nullable().catch(null),
});

type JsonItem = z.infer<typeof item>;

/**
 * JSON Feed 1.0 and 1.1.
 *
 * @param json parsed
 * @throws Error for what is no JSON Feed
 */
export function readJsonFeed(json: unknown): WireFeed {
  const parsed = feed.parse(json);
  const { items } = parsed;
  const isFeed = parsed.version?.includes('jsonfeed.org') === true || (items !== null && parsed.title !== null);
  if (!isFeed) throw new Error('neither a version nor items');
  const read = (items ?? []).slice(0, maxWireEntries);
  const shared = peopleOf(parsed.authors ?? parsed.author);
  return {
    format: 'json',
    title: parsed.title,
    titleIsHtml: hasCharacterReference(parsed.title),
    description: parsed.description,
    siteUrl: parsed.home_page_url,
    feedUrl: parsed.feed_url,
    language: parsed.language,
    image: parsed.icon ?? parsed.favicon,
    copyright: null,
    generator: null,
    authors: shared,
    tags: [],
    published: null,
    updated: null,
    freshSeconds: null,
    entries: read.flatMap((value) => {
      const { data, success } = item.safeParse(value);
      return success ? [entryOf(data, shared)] : [];
    }),
    skippedEntries: (items ?? []).length - read.length,
    warnings: [],
  };
}

function entryOf(entry: JsonItem, shared: readonly WirePerson[]): WireEntry {
  const own = peopleOf(entry.authors ?? entry.author);
  return {
    id: entry.id,
    links: [entry.url, ...addressIn(entry.id), entry.external_url].filter((link) => link !== null),
    title: entry.title,
    titleIsHtml: hasCharacterReference(entry.title),
    summaryHtml: asHtml(hasCharacterReference(entry.summary) ? decodeHTML(entry.summary ?? '') : entry.summary),
    contentHtml: entry.content_html ?? asHtml(entry.content_text),
    authors: own.length > 0 ? own : shared,
    tags: (entry.tags ?? []).filter((tag) => typeof tag === 'string'),
    published: entry.date_published,
    updated: entry.date_modified,
    image: entry.image ?? entry.banner_image,
    enclosures: (entry.attachments ?? []).flatMap(({ url, mime_type, size_in_bytes }): WireEnclosure[] =>
      url === null ? [] : [{ url, type: mime_type, length: size_in_bytes }],
    ),
    language: entry.language,
  };
}

function peopleOf(list: z.infer<typeof personList>): WirePerson[] {
  return (list ?? []).flatMap(({ name }) => (name === null ? [] : [{ name, email: null }]));
}

function asHtml(plain: string | null): string | null {
  if (plain === null) return null;
  return plain
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeText(paragraph)}</p>`)
    .join('');
}
