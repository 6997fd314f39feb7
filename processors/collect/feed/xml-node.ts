import { escapeAttribute, escapeText } from 'entities';

/** An element of a feed. */
export interface XmlNode {
  /** In lower case; elements of other vocabularies with the prefix of namespaces.ts. */
  readonly name: string;
  /** Values as written, with character references resolved; names in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Texts and elements in their order. */
  readonly children: readonly (string | XmlNode)[];
  /** What xml:base says here, absolute; null where nothing does. */
  readonly base: string | null;
  readonly language: string | null;
}

/** All child elements of that name. */
export function elements(parent: XmlNode, name: string): XmlNode[] {
  return parent.children.filter((child): child is XmlNode => typeof child !== 'string' && child.name === name);
}

/** @returns null where there is none, or it is empty */
export function attribute(node: XmlNode, name: string): string | null {
  const value = Object.hasOwn(node.attributes, name) ? node.attributes[name]?.trim() : undefined;
  return value === undefined || value === '' ? null : value;
}

/** The text of the first child elements that have one, in the order of the names. */
export function firstText(parent: XmlNode, ...names: readonly string[]): string | null {
  for (const name of names) {
    for (const element of elements(parent, name)) {
      const text = textOf(element);
      if (text !== '') return text;
    }
  }
  return null;
}

export function texts(parent: XmlNode, ...names: readonly string[]): string[] {
  return names
    .flatMap((name) => elements(parent, name))
    .map(textOf)
    .filter((text) => text !== '');
}

/** No list of keywords is longer; each of them would become a text of its own. */
const maxListCharacters = 10_000;

/** Keywords that stand in one element, with commas between them. */
export function listed(parent: XmlNode, ...names: readonly string[]): string[] {
  return texts(parent, ...names).flatMap((text) => text.slice(0, maxListCharacters).split(','));
}

/** What an element says in words, elements within it included. */
export function textOf(node: XmlNode): string {
  const parts: string[] = [];
  collectText(node, parts);
  return parts.join('').trim();
}

function collectText(node: XmlNode, parts: string[]): void {
  for (const child of node.children) {
    if (typeof child === 'string') parts.push(child);
    else collectText(child, parts);
  }
}

export function hasElements(node: XmlNode): boolean {
  return node.children.some((child) => typeof child !== 'string');
}

/** Elements of HTML that have no end. */
const voidElements: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
);
const addresses: ReadonlySet<string> = new Set(['href', 'src', 'poster', 'cite']);

/**
 * What stands within an element, as HTML.
 *
 * @param textIsHtml true in RSS, where publishers mix escaped HTML with elements; in XHTML text is text
 */
export function innerHtml(node: XmlNode, textIsHtml: boolean): string {
  const parts: string[] = [];
  writeChildren(node, textIsHtml, parts);
  return parts.join('').trim();
}

function writeChildren(node: XmlNode, textIsHtml: boolean, parts: string[]): void {
  for (const child of node.children) {
    if (typeof child === 'string') parts.push(textIsHtml ? child : escapeText(child));
    else writeElement(child, textIsHtml, parts);
  }
}

function writeElement(node: XmlNode, textIsHtml: boolean, parts: string[]): void {
  const name = node.name.slice(node.name.indexOf(':') + 1);
  // What could not be a tag of HTML is not written as one.
  if (!/^[a-z][\w.-]*$/.test(name)) return writeChildren(node, textIsHtml, parts);
  parts.push('<', name);
  for (const [attributeName, value] of Object.entries(node.attributes)) {
    if (!/^[a-z][a-z\d-]*$/.test(attributeName) || attributeName === 'xmlns') continue;
    const text = addresses.has(attributeName) ? resolved(node, value) : value;
    parts.push(' ', attributeName, '="', escapeAttribute(text), '"');
  }
  parts.push('>');
  writeChildren(node, textIsHtml, parts);
  if (!voidElements.has(name)) parts.push('</', name, '>');
}

/** An address, made absolute where xml:base says against what. */
export function resolved(node: XmlNode, address: string): string {
  return node.base === null ? address : (URL.parse(address, node.base)?.href ?? address);
}
