import { decodeHTML } from 'entities';
import { feedDate } from '../../../processors/collect/feed/feed-date.ts';
import type { WireEntry, WireFeed, WirePerson } from '../../../processors/collect/feed/wire.ts';
import { attribute, elements, textOf, type XmlNode } from '../../../processors/collect/feed/xml-node.ts';
import { nowhere, type RawFeed } from './read-file.ts';

/** How one field of an expectation came out. */
export interface FieldOutcome {
  /** Such as `title` or `items.link`. */
  readonly field: string;
  readonly isRight: boolean;
  readonly expected: string;
  readonly got: string;
}

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * Compares a feed with an expectation as gofeed's tests write them: for a feed of any format (`title`, `items`), for RSS
 * (`pubDate`, `guid.value`) or for Atom (`subtitle`, `entries`). Texts are compared without markup and with white space
 * folded, dates as instants, addresses as browsers read them.
 */
export function compareWith(expected: unknown, wire: WireFeed, raw: RawFeed | null): FieldOutcome[] {
  if (!isObject(expected)) return [];
  const outcomes: FieldOutcome[] = [];
  const values = { ...feedValues(wire), ...(raw === null ? {} : rootValues(raw.root, wire)) };
  compareObject(expected, values, raw?.feed ?? null, '', outcomes);
  const items = [expected['items'], expected['entries']].find(Array.isArray) ?? [];
  items.forEach((item: Json, index) => {
    const entry = wire.entries[index];
    if (isObject(item))
      compareObject(
        item,
        entry === undefined ? {} : entryValues(entry),
        raw?.entries[index] ?? null,
        'items.',
        outcomes,
      );
  });
  return outcomes;
}

type Values = Readonly<Record<string, readonly string[]>>;

/** What the product's reader has found, by the names that expectations use. */
function feedValues(wire: WireFeed): Values {
  const dates = { updated: one(wire.updated), published: one(wire.published) };
  return {
    title: one(wire.title),
    ...alike(one(wire.description), 'description', 'subtitle', 'tagline'),
    link: one(wire.siteUrl),
    ...alike([...one(wire.siteUrl), ...one(wire.feedUrl)], 'links', 'links.href'),
    feedLink: one(wire.feedUrl),
    language: one(wire.language),
    ...alike(one(wire.copyright), 'copyright', 'rights'),
    generator: one(wire.generator),
    'image.url': one(wire.image),
    ...alike(wire.tags, 'categories', 'categories.value', 'categories.term', 'categories.label'),
    ...personValues(wire.authors),
    ...dates,
    ...alike(dates.updated, 'updatedParsed', 'lastBuildDate', 'lastBuildDateParsed'),
    ...alike(dates.published, 'publishedParsed', 'pubDate', 'pubDateParsed'),
    feedType: [wire.format === 'rdf' ? 'rss' : wire.format],
  };
}

/** What stands on the root: the version, which older formats tell by their namespace, and Atom's generator in one line. */
function rootValues(root: XmlNode, wire: WireFeed): Values {
  const namespaces = Object.values(root.attributes).join(' ');
  const byNamespace = /rdf\/simple\/0\.9/.test(namespaces)
    ? '0.9'
    : /purl\.org\/atom\/ns/.test(namespaces)
      ? '0.3'
      : '1.0';
  const [generator] = elements(root, 'generator');
  const line =
    generator === undefined
      ? ''
      : `${textOf(generator)} v${attribute(generator, 'version') ?? ''} ${attribute(generator, 'uri') ?? attribute(generator, 'url') ?? ''}`;
  return {
    ...alike([attribute(root, 'version') ?? byNamespace], 'feedVersion', 'version'),
    generator: [...one(wire.generator), line],
  };
}

function entryValues(entry: WireEntry): Values {
  const published = one(entry.published ?? entry.updated);
  return {
    title: one(entry.title),
    ...alike(one(entry.summaryHtml), 'description', 'summary'),
    ...alike(one(entry.contentHtml), 'content', 'content.value'),
    ...alike(entry.links, 'link', 'links', 'links.href'),
    ...alike(one(entry.id), 'guid', 'guid.value', 'id'),
    ...alike(entry.tags, 'categories', 'categories.value', 'categories.term', 'categories.label'),
    ...personValues(entry.authors),
    ...alike(published, 'published', 'publishedParsed', 'pubDate', 'pubDateParsed'),
    ...alike(one(entry.updated ?? entry.published), 'updated', 'updatedParsed'),
    'image.url': one(entry.image),
    ...alike(
      entry.enclosures.map(({ url }) => url),
      'enclosures.url',
      'enclosure.url',
    ),
    ...alike(
      entry.enclosures.map(({ type }) => type ?? ''),
      'enclosures.type',
      'enclosure.type',
    ),
    ...alike(
      entry.enclosures.map(({ length }) => length ?? ''),
      'enclosures.length',
      'enclosure.length',
    ),
  };
}

function personValues(people: readonly WirePerson[]): Values {
  const names = people.map(({ name }) => name ?? '');
  const emails = people.map(({ email }) => email ?? '');
  return {
    author: people.flatMap(({ name, email }) => [
      name ?? '',
      email ?? '',
      `${email ?? ''} (${name ?? ''})`,
      `${name ?? ''} (${email ?? ''})`,
    ]),
    ...alike(names, 'author.name', 'authors.name'),
    ...alike(emails, 'author.email', 'authors.email'),
  };
}

function alike(values: readonly string[], ...names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values]));
}

function one(value: string | null): readonly string[] {
  return value === null ? [] : [value];
}

function compareObject(
  expected: JsonObject,
  values: Values,
  node: XmlNode | null,
  prefix: string,
  outcomes: FieldOutcome[],
): void {
  for (const [key, value] of Object.entries(expected)) {
    if ((key === 'items' || key === 'entries') && prefix === '') continue;
    compareField(key, value, values, node, prefix, outcomes);
  }
}

/** @param path names within the feed or the entry, with dots */
function compareField(
  path: string,
  expected: Json,
  values: Values,
  node: XmlNode | null,
  prefix: string,
  outcomes: FieldOutcome[],
): void {
  if (Array.isArray(expected)) {
    for (const each of expected as readonly Json[]) compareField(path, each, values, node, prefix, outcomes);
    return;
  }
  if (isObject(expected)) {
    for (const [key, value] of Object.entries(expected))
      compareField(`${path}.${key}`, value, values, node, prefix, outcomes);
    return;
  }
  const wanted = expected === null ? '' : `${expected as string | number | boolean}`;
  if (wanted === '') return;
  const found = [
    ...(Object.hasOwn(values, path) ? (values[path] ?? []) : []),
    ...(node === null ? [] : rawValues(node, path.split('.'))),
  ];
  const isRight = found.some((candidate) => isSame(wanted, candidate));
  outcomes.push({ field: prefix + path, isRight, expected: wanted, got: found.join(' | ') });
}

/** Names of expectations that are written in another way in feeds. */
const rawNames: Readonly<Record<string, readonly string[]>> = {
  links: ['link', 'atom:link'],
  subcategory: ['category'],
  contributors: ['contributor'],
  authors: ['author'],
  categories: ['category'],
  skiphours: ['skiphours.hour'],
  skipdays: ['skipdays.day'],
  newfeedurl: ['new-feed-url'],
};
const vocabularies: Readonly<Record<string, string>> = { dcExt: 'dc', itunesExt: 'itunes' };

/** What stands in the feed under such a name, as an element or an attribute. */
function rawValues(node: XmlNode, path: readonly string[]): string[] {
  const [first = '', ...rest] = path;
  if (first === 'extensions') return extensionValues(node, rest);
  if (first === 'custom') return valuesAt(node, rest, '');
  const vocabulary = Object.hasOwn(vocabularies, first) ? vocabularies[first] : undefined;
  if (vocabulary !== undefined) return rest.length === 0 ? [] : valuesAt(node, rest, `${vocabulary}:`);
  return valuesAt(node, path, '');
}

function valuesAt(node: XmlNode, path: readonly string[], prefix: string): string[] {
  const [first, ...rest] = path;
  if (first === undefined || first === 'value' || first === 'url' || first === 'href') {
    const attributes = ['href', 'url', 'value', 'text', 'term', 'rdf:resource'].map(
      (name) => attribute(node, name) ?? '',
    );
    const within = ['url', 'link'].flatMap((name) => elements(node, name).map(textOf));
    return [textOf(node), ...attributes, ...within].filter((text) => text !== '');
  }
  const key = first.toLowerCase();
  // `source.title` is the element's own text in RSS.
  if (key === 'title' && rest.length === 0 && node.name === 'source' && elements(node, 'title').length === 0)
    return [textOf(node)];
  const names = (Object.hasOwn(rawNames, key) ? (rawNames[key] ?? []) : [key]).map((name) => prefix + name);
  const children = names.flatMap((name) =>
    name.split('.').reduce<XmlNode[]>((nodes, part) => nodes.flatMap((parent) => elements(parent, part)), [node]),
  );
  const own = rest.length === 0 ? attribute(node, key) : null;
  return [...(own === null ? [] : [own]), ...children.flatMap((child) => valuesAt(child, rest, prefix))];
}

/** `extensions.PREFIX.NAME.value`, `.attrs.NAME` and `.children.NAME…`. */
function extensionValues(node: XmlNode, [prefix = '', name = '', ...rest]: readonly string[]): string[] {
  const named = [...elements(node, `${prefix}:${name}`.toLowerCase()), ...elements(node, name.toLowerCase())];
  return named.flatMap((element) => {
    const [kind, inner = '', ...further] = rest;
    if (kind === 'name') return [name];
    if (kind === 'attrs') return [attribute(element, inner.toLowerCase()) ?? ''];
    if (kind === 'children') return extensionValues(element, [prefix, inner, ...further]);
    return [textOf(element)];
  });
}

function isSame(expected: string, got: string): boolean {
  if (expected === got || plain(expected) === plain(got)) return true;
  const instant = feedDate(expected, null);
  if (instant !== null && instant === feedDate(got, null)) return true;
  const url = URL.parse(expected);
  return url !== null && url.href === URL.parse(got, nowhere)?.href;
}

function plain(text: string): string {
  return decodeHTML(text.replace(/<[a-z!/][^<>]*>/gi, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
