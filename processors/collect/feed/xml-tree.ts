import { Parser } from 'htmlparser2';
import { NamespaceScope } from './namespaces.ts';
import { maxWireEntries } from './wire.ts';
import { entityDecoder, takeDoctype } from './xml-entities.ts';
import type { XmlNode } from './xml-node.ts';

/** Deeper elements are left out. */
const maxDepth = 512;
/** Elements that nobody closes, at which it is no feed any more: closing one costs time for each that is open. */
const maxOpen = 600;
/** Of one entry, or of all that stands outside of entries. */
const maxElements = 100_000;
const maxAttributes = 100;
const rootNames: ReadonlySet<string> = new Set(['rss', 'rdf', 'feed', 'channel']);
/** What may stand before the root and around it without being it. */
const maxElementsBeforeRoot = 20;

export interface FeedTree {
  /** Of RSS, RDF or Atom, without its entries; null where none was found. */
  readonly root: XmlNode | null;
  /** The first element's name, for people. */
  readonly firstName: string | null;
  /** Entries that were not read. */
  readonly skippedEntries: number;
  /** In what way the document is not well-formed, in words; null where it is. */
  readonly fault: string | null;
}

interface OpenNode extends XmlNode {
  readonly children: (string | XmlNode)[];
  readonly parent: OpenNode | null;
  readonly depth: number;
  readonly scope: NamespaceScope;
  readonly isEntry: boolean;
  handedOver: boolean;
}

interface Tag {
  readonly name: string;
  attributes: Map<string, string> | null;
  count: number;
}

/** XML of such a shape that it is not read to its end. */
export class UnreadableXml extends Error {
  override name = 'UnreadableXml';
}

/**
 * Reads a feed once, from its first character to its last, and takes it as it comes: names in any case, tags that are
 * not closed, ampersands that stand alone, prefixes that nobody declares. Each entry is handed over when it is
 * complete and then forgotten. External entities are never looked up.
 *
 * @param documentUrl what a relative xml:base stands against
 * @throws UnreadableXml
 */
export function readFeedTree(
  text: string,
  documentUrl: string | null,
  onEntry: (entry: XmlNode, root: XmlNode) => void,
): FeedTree {
  const { xml, declared } = takeDoctype(text);
  const decode = entityDecoder(declared);
  const stack: (OpenNode | null)[] = [];
  let root: OpenNode | null = null;
  let firstName: string | null = null;
  let elementsBeforeRoot = 0;
  let entries = 0;
  let skippedEntries = 0;
  let inEntry = 0;
  let outside = 0;
  let fault: string | null = null;
  let atEnd = false;
  const note = (words: string): void => {
    fault ??= words;
  };

  const handOver = (entry: OpenNode): void => {
    if (entry.handedOver || root === null) return;
    entry.handedOver = true;
    onEntry(entry, root);
  };
  const open = (rawName: string, rawAttributes: Tag['attributes']): OpenNode | null => {
    firstName ??= rawName;
    if (root === null) {
      elementsBeforeRoot += 1;
      const local = rawName.slice(rawName.indexOf(':') + 1);
      if (!rootNames.has(local) || elementsBeforeRoot > maxElementsBeforeRoot) return null;
      const attributes = decodedAttributes(rawAttributes, decode);
      const scope = NamespaceScope.root().within(attributes).homeOf(rawName);
      root = nodeOf(local, attributes, null, scope, false, documentUrl);
      return root;
    }
    let parent = stack.at(-1) ?? null;
    if (parent === null) return null;
    const attributes = decodedAttributes(rawAttributes, decode);
    const scope = parent.scope.within(attributes);
    const name = scope.nameOf(rawName);
    if (name === 'item' || name === 'entry') {
      // An entry within an entry: the first one was never closed.
      const unclosed = enclosingEntry(parent);
      if (unclosed?.name === name && unclosed.parent !== null) {
        handOver(unclosed);
        parent = unclosed.parent;
        note(`<${name}> within <${name}>`);
      }
    }
    const isEntry = (name === 'item' || name === 'entry') && parent.depth <= 3 && enclosingEntry(parent) === null;
    if (isEntry) {
      inEntry = 0;
      entries += 1;
      if (entries > maxWireEntries) {
        skippedEntries += 1;
        return null;
      }
    }
    const node = nodeOf(name, attributes, parent, scope, isEntry, documentUrl);
    const count = parent.isEntry || inEntry > 0 || isEntry ? (inEntry += 1) : (outside += 1);
    if (node.depth > maxDepth || count > maxElements) {
      note(
        node.depth > maxDepth
          ? `elements more than ${maxDepth} levels deep`
          : `more than ${maxElements} elements in one place`,
      );
      return null;
    }
    if (!isEntry) parent.children.push(node);
    return node;
  };

  /** A tag whose attributes are still coming. */
  let tag: Tag | null = null;
  const begin = (): void => {
    if (tag === null) return;
    const { name, attributes } = tag;
    tag = null;
    stack.push(open(name, attributes));
  };
  const parser = new Parser(
    {
      onopentagname(name) {
        begin();
        if (stack.length >= maxOpen) throw new UnreadableXml(`more than ${maxOpen} elements are open at once`);
        tag = { name, attributes: null, count: 0 };
      },
      onattribute(name, value) {
        if (tag === null || tag.count === maxAttributes) return;
        tag.count += 1;
        tag.attributes ??= new Map();
        if (!tag.attributes.has(name)) tag.attributes.set(name, value);
      },
      ontext(piece) {
        begin();
        const node = stack.at(-1);
        if (!node) return;
        // White space between a feed's entries.
        if (node.depth <= 2 && piece.trim() === '') return;
        node.children.push(inCdata ? piece : decode(piece));
      },
      oncdatastart() {
        begin();
        inCdata = true;
      },
      oncdataend() {
        inCdata = false;
      },
      onclosetag(name, isImplied) {
        begin();
        const node = stack.pop();
        // A tag that closes itself is called implied too.
        const isOpen = isImplied && (node === undefined || node === null || node.children.length > 0);
        if (isOpen && (atEnd || node)) note(atEnd ? 'it breaks off' : `<${name}> is not closed`);
        if (!node?.isEntry) return;
        inEntry = 0;
        // Half an entry is none: the rest comes with the next fetch.
        if (!atEnd) handOver(node);
      },
    },
    { xmlMode: true, decodeEntities: false, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  let inCdata = false;
  parser.write(xml);
  atEnd = true;
  parser.end();
  if (decode.sawUndeclared) note('ampersands, or entities that XML does not know');
  return { root, firstName, skippedEntries, fault };
}

function nodeOf(
  name: string,
  attributes: Readonly<Record<string, string>>,
  parent: OpenNode | null,
  scope: NamespaceScope,
  isEntry: boolean,
  documentUrl: string | null,
): OpenNode {
  const inherited = parent?.base ?? null;
  const base = Object.hasOwn(attributes, 'xml:base')
    ? baseOf(attributes['xml:base'] ?? '', inherited ?? documentUrl)
    : null;
  const language = Object.hasOwn(attributes, 'xml:lang')
    ? (attributes['xml:lang'] ?? null)
    : (parent?.language ?? null);
  const depth = (parent?.depth ?? 0) + 1;
  return {
    name,
    attributes,
    children: [],
    base: base ?? inherited,
    language,
    parent,
    depth,
    scope,
    isEntry,
    handedOver: false,
  };
}

/** @returns null for what is no web address */
function baseOf(address: string, against: string | null): string | null {
  const url = URL.parse(address, against ?? undefined);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

function enclosingEntry(from: OpenNode): OpenNode | null {
  for (let node: OpenNode | null = from; node !== null; node = node.parent) {
    if (node.isEntry) return node;
  }
  return null;
}

const noAttributes: Readonly<Record<string, string>> = Object.freeze({});

function decodedAttributes(raw: Tag['attributes'], decode: (text: string) => string): XmlNode['attributes'] {
  if (raw === null) return noAttributes;
  // fromEntries makes own properties, whatever the names.
  return Object.fromEntries([...raw].map(([name, value]) => [name, decode(value)]));
}
