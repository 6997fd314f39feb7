import { Parser } from 'htmlparser2';
import { htmlLimits, TooComplex } from '../../../domain/html-text.ts';
import { PageDocument } from './document.ts';
import { PageElement, PageText } from './tree.ts';

export interface ParsedPage {
  readonly document: PageDocument;
  /** The contents of the application/ld+json elements. */
  readonly jsonLd: readonly string[];
}

/** What holds no text for readers is not made part of the tree at all. */
const left: ReadonlySet<string> = new Set(
  'script style template svg math iframe object embed canvas map select textarea audio video'.split(' '),
);
/** Of a meta element, characters: it is a name, or some. */
const longestProperty = 200;
const headTags: ReadonlySet<string> = new Set(['meta', 'link', 'title', 'base']);

/**
 * A page as a tree, in one pass, without scripts, styles, comments, frames and drawings.
 *
 * @param url of the page, after redirects
 * @throws TooComplex while it reads, before the tree has grown large
 */
export function parsePage(html: string, url: string): ParsedPage {
  const document = new PageDocument(url);
  const jsonLd: string[] = [];
  /** Where each open element puts what comes after its end. */
  const outer: PageElement[] = [];
  let node = document.documentElement;
  let [elements, attributes, hidden] = [0, 0, 0];
  let script: string | null = null;
  const opened = (name: string, values: Readonly<Record<string, string>>): PageElement => {
    const known = document.skeleton(name);
    if (known !== null) {
      for (const [key, value] of Object.entries(values)) if (!known.hasAttribute(key)) known.setAttribute(key, value);
      return known;
    }
    // Readability takes quadratic time to look for names in white space.
    if (name === 'meta' && (values['property']?.length ?? 0) > longestProperty) return node;
    const parent = node === document.documentElement ? (headTags.has(name) ? document.head : document.body) : node;
    return parent.appendChild(new PageElement(document, name, Object.entries(values)));
  };
  const parser = new Parser({
    onopentagname() {
      elements += 1;
      attributes = 0;
      if (outer.length >= htmlLimits.depth) throw new TooComplex('depth');
      if (elements > htmlLimits.elements) throw new TooComplex('elements');
    },
    onattribute() {
      attributes += 1;
      if (attributes > htmlLimits.attributes) throw new TooComplex('attributes');
    },
    onopentag(name, values) {
      outer.push(node);
      if (left.has(name)) hidden += 1;
      if (hidden === 0) node = opened(name, values);
      else if (name === 'script' && values['type']?.trim().toLowerCase() === 'application/ld+json') script = '';
    },
    ontext(text) {
      if (script !== null) script += text;
      if (hidden > 0) return;
      if (node === document.documentElement) {
        if (text.trim() === '') return;
        node = document.body;
      }
      const { lastChild } = node;
      if (lastChild?.nodeType === 3) lastChild.data += text;
      else node.appendChild(new PageText(text));
    },
    onclosetag(name) {
      node = outer.pop() ?? document.documentElement;
      if (!left.has(name)) return;
      hidden -= 1;
      if (script !== null) jsonLd.push(script);
      script = null;
    },
  });
  parser.end(html);
  return { document, jsonLd };
}
