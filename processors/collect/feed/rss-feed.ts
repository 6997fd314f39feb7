import { freshSecondsOf } from './freshness.ts';
import { enclosuresOf, imageOf } from './media.ts';
import { people } from './person.ts';
import { addressIn, type WireEntry, type WireFeed } from './wire.ts';
import {
  attribute,
  elements,
  firstText,
  hasElements,
  innerHtml,
  listed,
  resolved,
  textOf,
  texts,
  type XmlNode,
} from './xml-node.ts';

/** RSS 0.90 to 2.0 and RDF (RSS 1.0), with what other vocabularies add. */
export function rssFeed(root: XmlNode): Omit<WireFeed, 'entries' | 'skippedEntries' | 'warnings'> {
  const channels = elements(root, 'channel');
  const channel = channels[0] ?? root;
  const selfLinks = [...elements(channel, 'atom:link'), ...elements(channel, 'link')];
  return {
    format: root.name === 'rdf' ? 'rdf' : 'rss',
    title: firstHtml(channel, 'title', 'dc:title'),
    titleIsHtml: true,
    description: firstHtml(channel, 'description', 'dc:description', 'itunes:summary', 'itunes:subtitle'),
    siteUrl: linksOf(channel)[0] ?? null,
    feedUrl:
      selfLinks
        .filter((link) => attribute(link, 'rel') === 'self')
        .map(addressOf)
        .find((url) => url !== null) ?? null,
    language: firstText(channel, 'language', 'dc:language') ?? channel.language,
    image: pictureOf(channel) ?? pictureOf(root),
    copyright: firstText(channel, 'copyright', 'dc:rights', 'media:copyright'),
    generator: firstText(channel, 'generator'),
    authors: people(
      named(channel, 'managingeditor', 'webmaster', 'dc:creator', 'dc:author', 'author', 'itunes:author'),
    ),
    tags: tagsOf(channel),
    published: firstText(channel, 'pubdate', 'dc:date', 'dcterms:issued'),
    updated: firstText(channel, 'lastbuilddate', 'atom:updated', 'dcterms:modified'),
    freshSeconds: freshSecondsOf(channel),
  };
}

export function rssEntry(item: XmlNode): WireEntry {
  const about = attribute(item, 'rdf:about');
  const guids = named(item, 'guid', 'id', 'atom:id');
  const permalinks = guids.filter((guid) => attribute(guid, 'ispermalink')?.toLowerCase() !== 'false').map(textOf);
  const original = texts(item, 'feedburner:origlink');
  const links = [...original, ...linksOf(item), ...[...permalinks, about].flatMap(addressIn)];
  const groups = elements(item, 'media:group');
  return {
    id: guids.map(textOf).find((id) => id !== '') ?? firstText(item, 'dc:identifier') ?? about,
    links,
    title: firstHtml(item, 'title', 'media:title', 'dc:title', 'itunes:title'),
    titleIsHtml: true,
    summaryHtml:
      firstHtml(
        item,
        'description',
        'summary',
        'atom:summary',
        'dc:description',
        'itunes:summary',
        'media:description',
        'itunes:subtitle',
      ) ??
      groups.map((group) => firstHtml(group, 'media:description')).find((text) => text !== null) ??
      null,
    contentHtml: firstHtml(item, 'content:encoded', 'content', 'atom:content', 'xhtml:body', 'xhtml:div', 'fulltext'),
    authors: people(named(item, 'author', 'dc:creator', 'dc:author', 'atom:author', 'itunes:author', 'media:credit')),
    tags: tagsOf(item),
    published: firstText(
      item,
      'pubdate',
      'dc:date',
      'published',
      'atom:published',
      'dcterms:issued',
      'dcterms:created',
      'prism:publicationdate',
      'date',
      'pubtime',
    ),
    updated: firstText(item, 'atom:updated', 'updated', 'dcterms:modified', 'lastbuilddate', 'modified'),
    image: imageOf(item),
    enclosures: enclosuresOf(item),
    language: firstText(item, 'dc:language') ?? item.language,
  };
}

function named(parent: XmlNode, ...names: readonly string[]): XmlNode[] {
  return names.flatMap((name) => elements(parent, name));
}

/** Escaped HTML, or elements that somebody did not escape. */
function firstHtml(parent: XmlNode, ...names: readonly string[]): string | null {
  for (const element of named(parent, ...names)) {
    // Media RSS knows contents without any text.
    const html = hasElements(element) ? innerHtml(element, true) : textOf(element);
    if (html !== '') return html;
  }
  return null;
}

/** RSS's text, or Atom's attribute: what is called alternate first. */
function linksOf(parent: XmlNode): string[] {
  const all = named(parent, 'link', 'atom:link');
  const alternate = all.filter((link) => attribute(link, 'rel') === 'alternate');
  const plain = all.filter((link) => attribute(link, 'rel') === null);
  return [...plain, ...alternate].map(addressOf).filter((link) => link !== null);
}

function addressOf(node: XmlNode): string | null {
  const text = textOf(node) || (attribute(node, 'href') ?? attribute(node, 'rdf:resource') ?? '');
  return text === '' ? null : resolved(node, text);
}

function tagsOf(parent: XmlNode): string[] {
  const categories = named(parent, 'category', 'media:category').map(
    (node) => textOf(node) || (attribute(node, 'label') ?? attribute(node, 'term') ?? ''),
  );
  const keywords = listed(parent, 'itunes:keywords', 'media:keywords');
  const podcast = elements(parent, 'itunes:category').flatMap((node) => [node, ...elements(node, 'itunes:category')]);
  const all = [
    ...categories,
    ...keywords,
    ...podcast.map((node) => attribute(node, 'text') ?? ''),
    ...texts(parent, 'dc:subject'),
  ];
  return all.map((tag) => tag.trim()).filter((tag) => tag !== '');
}

function pictureOf(parent: XmlNode): string | null {
  const urls = [
    ...elements(parent, 'image').map(
      (image) => firstText(image, 'url') ?? attribute(image, 'rdf:resource') ?? attribute(image, 'href'),
    ),
    ...elements(parent, 'itunes:image').map((image) => attribute(image, 'href') ?? attribute(image, 'url')),
    ...elements(parent, 'media:thumbnail').map((image) => attribute(image, 'url')),
  ];
  return urls.find((url) => url !== null) ?? null;
}
