import { escapeText } from 'entities';
import RssParser from 'rss-parser';
import type { WireEntry, WireFeed } from './wire.ts';
import { attribute, elements, firstText, textOf, texts, type XmlElement } from './xml-element.ts';

/** Elements that rss-parser hands through as they stand, under a name of their own so that it does not touch them. */
const prefix = 'wire:';
const itemElements = [
  '$ link guid id title description summary content content:encoded author dc:creator category dc:subject enclosure',
  'pubDate published issued dc:date updated modified atom:updated dcterms:modified dc:language',
  'media:content media:thumbnail media:group itunes:image feedburner:origLink atom:link',
];
const feedElements = ['$ title link language dc:language'];
// prettier-ignore
const handThrough = (lists: readonly string[]): [string, string, { keepArray: true }][] =>
  lists.join(' ').split(' ').map((name) => [name, prefix + name, { keepArray: true }]);

/**
 * RSS 2.0 and 0.9x, RDF (RSS 1.0) and Atom by rss-parser.
 *
 * @throws Error for what rss-parser refuses
 */
export async function readXmlFeed(xml: string): Promise<WireFeed> {
  const parser = new RssParser({
    customFields: { item: handThrough(itemElements), feed: handThrough(feedElements) as never },
  });
  const parsed = await parser.parseString(xml);
  const feed = unprefixed(parsed);
  const [attributes] = elements(feed, '$');
  const links = elements(feed, 'link');
  return {
    title: firstText(feed, 'title'),
    siteUrl: parsed.link ?? links.map(linkOf).find((link) => link !== null) ?? null,
    language: firstText(feed, 'language', 'dc:language') ?? attributeOf(attributes, 'xml:lang'),
    base: attributeOf(attributes, 'xml:base'),
    entries: parsed.items.map((item) => entryOf(unprefixed(item))),
    warnings: [],
  };
}

function entryOf(item: Readonly<Record<string, unknown>>): WireEntry {
  const [attributes] = elements(item, '$');
  const guids = elements(item, 'guid');
  const [title] = elements(item, 'title');
  const titleType = title === undefined ? null : attribute(title, 'type');
  const content = firstText(item, 'content:encoded') ?? atomHtml(item, 'content');
  const summary = atomHtml(item, 'summary') ?? firstText(item, 'description');
  return {
    id: firstText(item, 'id', 'guid') ?? attributeOf(attributes, 'rdf:about'),
    links: [
      ...texts(item, 'feedburner:origLink'),
      ...linksOf(item),
      ...guids.filter((guid) => attribute(guid, 'isPermaLink') !== 'false').map(textOf),
      ...[attributeOf(attributes, 'rdf:about')].filter((about) => about !== null),
    ],
    base: attributeOf(attributes, 'xml:base'),
    title: firstText(item, 'title'),
    // RSS says nothing of its titles, and publishers write HTML; Atom's are text unless they say otherwise.
    titleIsHtml: titleType === null ? elements(item, 'id').length === 0 : titleType.includes('html'),
    summaryHtml: summary,
    contentHtml: content,
    authors: [...texts(item, 'dc:creator'), ...elements(item, 'author').map(authorName)],
    tags: elements(item, 'category')
      .map((category) => attribute(category, 'label') ?? attribute(category, 'term') ?? textOf(category))
      .concat(texts(item, 'dc:subject')),
    published: firstText(item, 'pubDate', 'published', 'issued', 'dc:date'),
    updated: firstText(item, 'updated', 'atom:updated', 'modified', 'dcterms:modified'),
    image: imageOf(item),
    language: firstText(item, 'dc:language') ?? attributeOf(attributes, 'xml:lang'),
  };
}

/** Atom's alternate first, then links without a relation: text in RSS, an attribute in Atom. */
function linksOf(item: unknown): string[] {
  const all = [...elements(item, 'link'), ...elements(item, 'atom:link')];
  const alternate = all.filter((link) => attribute(link, 'rel') === 'alternate');
  const plain = all.filter((link) => attribute(link, 'rel') === null);
  return [...alternate, ...plain].map(linkOf).filter((link) => link !== null);
}

function linkOf(link: XmlElement): string | null {
  const text = attribute(link, 'href') ?? textOf(link).trim();
  return text === '' ? null : text;
}

function atomHtml(item: unknown, name: string): string | null {
  const [element] = elements(item, name);
  if (element === undefined) return null;
  const text = textOf(element);
  if (text.trim() === '') return null;
  return attribute(element, 'type') === 'text' ? escapeText(text) : text;
}

/** "Name" in Atom; "mail@example.org (Name)", a name or an address in RSS. */
function authorName(author: XmlElement): string {
  const text = firstText(author, 'name') ?? textOf(author);
  return /\(([^()]+)\)\s*$/.exec(text)?.[1] ?? text;
}

function imageOf(item: unknown): string | null {
  const groups = elements(item, 'media:group');
  const media = [item, ...groups].flatMap((parent) => [...elements(parent, 'media:content')]);
  const images = [...media, ...elements(item, 'enclosure')].filter(
    (element) => attribute(element, 'medium') === 'image' || attribute(element, 'type')?.startsWith('image/') === true,
  );
  const thumbnails = [item, ...groups, ...media].flatMap((parent) => elements(parent, 'media:thumbnail'));
  const byUrl = [...images, ...thumbnails].map((element) => attribute(element, 'url'));
  const itunes = elements(item, 'itunes:image').map((element) => attribute(element, 'href'));
  return [...byUrl, ...itunes].find((url) => url !== null) ?? null;
}

function unprefixed(parsed: object): Record<string, unknown> {
  const own = Object.entries(parsed).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** Of the bare attributes that an element was handed through with, as the element's `$`. */
function attributeOf(attributes: XmlElement | undefined, name: string): string | null {
  return attribute({ $: attributes }, name);
}
