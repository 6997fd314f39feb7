import { escapeText } from 'entities';
import { hasCharacterReference } from './character-reference.ts';
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

/** Atom 0.3 and 1.0. */
export function atomFeed(root: XmlNode): Omit<WireFeed, 'entries' | 'skippedEntries' | 'warnings'> {
  const title = textConstruct(root, 'title', 'dc:title');
  const [generator] = elements(root, 'generator');
  return {
    format: 'atom',
    title: title?.text ?? null,
    titleIsHtml: title?.isHtml ?? false,
    description: textConstruct(root, 'subtitle', 'tagline', 'info', 'dc:description')?.text ?? null,
    siteUrl: linksOf(root, 'alternate')[0] ?? null,
    feedUrl: linksOf(root, 'self')[0] ?? null,
    language: root.language ?? firstText(root, 'dc:language', 'language'),
    image: firstText(root, 'logo', 'icon') ?? imageOf(root),
    copyright: textConstruct(root, 'rights', 'copyright', 'dc:rights')?.text ?? null,
    generator: generator === undefined ? null : generatorOf(generator),
    authors: people([...elements(root, 'author'), ...elements(root, 'dc:creator')]),
    tags: tagsOf(root),
    published: firstText(root, 'published', 'dc:date'),
    updated: firstText(root, 'updated', 'modified'),
    freshSeconds: freshSecondsOf(root),
  };
}

export function atomEntry(entry: XmlNode): WireEntry {
  const title = textConstruct(entry, 'title', 'media:title', 'dc:title');
  const id = firstText(entry, 'id', 'guid');
  const [content] = elements(entry, 'content');
  const elsewhere = content === undefined ? null : attribute(content, 'src');
  const groups = elements(entry, 'media:group');
  const original = texts(entry, 'feedburner:origlink');
  const links = [
    ...original,
    ...linksOf(entry, 'alternate'),
    ...plainLinks(entry),
    ...addressIn(id),
    elsewhere,
    ...linksOf(entry, 'via'),
  ];
  const [source] = elements(entry, 'source');
  const authors = [...elements(entry, 'author'), ...elements(entry, 'dc:creator')];
  return {
    id,
    links: links.filter((link) => link !== null),
    title: title?.text ?? null,
    titleIsHtml: title?.isHtml ?? false,
    summaryHtml:
      htmlConstruct(entry, 'summary', 'description', 'media:description') ??
      groups.map((group) => htmlConstruct(group, 'media:description')).find((text) => text !== null) ??
      null,
    contentHtml: htmlConstruct(entry, 'content', 'content:encoded'),
    authors: people(authors.length > 0 || source === undefined ? authors : elements(source, 'author')),
    tags: tagsOf(entry),
    published: firstText(entry, 'published', 'issued', 'dc:date', 'dcterms:issued', 'created', 'pubdate'),
    updated: firstText(entry, 'updated', 'modified', 'dcterms:modified'),
    image: imageOf(entry),
    enclosures: enclosuresOf(entry),
    language: entry.language ?? firstText(entry, 'dc:language'),
  };
}

interface TextConstruct {
  readonly text: string;
  readonly isHtml: boolean;
}

/** Text, HTML or XHTML, as the type attribute says (RFC 4287, 3.1), or the mode attribute of Atom 0.3. */
function textConstruct(parent: XmlNode, ...names: readonly string[]): TextConstruct | null {
  for (const node of names.flatMap((name) => elements(parent, name))) {
    const construct = constructOf(node);
    if (construct.text !== '') return construct;
  }
  return null;
}

function constructOf(node: XmlNode): TextConstruct {
  const type = attribute(node, 'type')?.toLowerCase() ?? 'text';
  // Some write elements and forget to say so.
  if (hasElements(node)) return { text: innerHtml(node, false), isHtml: true };
  const text = textOf(node);
  const isEncoded = attribute(node, 'mode')?.toLowerCase() === 'base64' || isBinary(type);
  if (isEncoded) return { text: fromBase64(text) ?? '', isHtml: !type.startsWith('text/plain') };
  if (type === 'xhtml' || type.endsWith('+xml') || type.endsWith('/xml'))
    return { text: escapeText(text), isHtml: true };
  const isUndeclared = attribute(node, 'type') === null && hasCharacterReference(text);
  return { text, isHtml: type.includes('html') || isUndeclared };
}

function htmlConstruct(parent: XmlNode, ...names: readonly string[]): string | null {
  const construct = textConstruct(parent, ...names);
  if (construct === null) return null;
  // Many leave the type out and write HTML: text that has an element of HTML in it is taken for that.
  return construct.isHtml || isUndeclaredHtml(parent, names, construct.text)
    ? construct.text
    : escapeText(construct.text);
}

function isUndeclaredHtml(parent: XmlNode, names: readonly string[], text: string): boolean {
  const node = names.flatMap((name) => elements(parent, name)).find((element) => textOf(element) !== '');
  return (
    node !== undefined &&
    attribute(node, 'type') === null &&
    /<(?:p|br|a|div|img|ul|ol|b|i|em|strong|h\d|blockquote|table)\b[^<>]*>/i.test(text)
  );
}

/** A media type that is no text must be written in base64 (RFC 4287, 4.1.3.3). */
function isBinary(type: string): boolean {
  return (
    type.includes('/') &&
    !type.startsWith('text/') &&
    !/(?:\+|\/)(?:xml|json|html)$/.test(type) &&
    !type.includes('html')
  );
}

function fromBase64(text: string): string | null {
  const compact = text.replace(/\s+/g, '');
  if (!/^[a-z\d+/]+=*$/i.test(compact)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    return null;
  }
}

/** IANA's names are also written as addresses. */
function relationOf(link: XmlNode): string {
  return (attribute(link, 'rel') ?? 'alternate')
    .toLowerCase()
    .replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, '');
}

/** Pages before other documents. */
function linksOf(parent: XmlNode, relation: string): string[] {
  const links = elements(parent, 'link').filter((link) => relationOf(link) === relation);
  const ordered = [...links.filter(isPage), ...links.filter((link) => !isPage(link))];
  return ordered.flatMap((link) => {
    const href = attribute(link, 'href');
    return href === null ? [] : [resolved(link, href)];
  });
}

function isPage(link: XmlNode): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)?$/.test(attribute(link, 'type') ?? '');
}

/** Some write the address as in RSS. */
function plainLinks(entry: XmlNode): string[] {
  return elements(entry, 'link')
    .filter((link) => attribute(link, 'href') === null)
    .map((link) => resolved(link, textOf(link)))
    .filter((link) => link !== '');
}

function tagsOf(parent: XmlNode): string[] {
  const categories = elements(parent, 'category').map(
    (node) => attribute(node, 'label') ?? attribute(node, 'term') ?? textOf(node),
  );
  const groups = elements(parent, 'media:group');
  const keywords = [parent, ...groups].flatMap((node) => listed(node, 'media:keywords', 'itunes:keywords'));
  return [...categories, ...texts(parent, 'dc:subject'), ...keywords]
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

function generatorOf(node: XmlNode): string | null {
  const parts = [textOf(node), attribute(node, 'version'), attribute(node, 'uri') ?? attribute(node, 'url')];
  return parts.filter((part) => part !== null && part !== '').join(' ') || null;
}
