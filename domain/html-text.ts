import { Parser } from 'htmlparser2';
import { cleanText, oneLine } from './clean-text.ts';

/** HTML nested deeper or with more of something is an attack or an accident, and its readers take quadratic time. */
export const htmlLimits = {
  /** Levels. */
  depth: 512,
  elements: 100_000,
  /** Of one element. */
  attributes: 1_000,
} as const;

const excesses = {
  depth: `is nested more than ${htmlLimits.depth} levels deep`,
  elements: `has more than ${htmlLimits.elements} elements`,
  attributes: `has an element of more than ${htmlLimits.attributes} attributes`,
} as const;

/** HTML that is not read because of its shape. */
export class TooComplex extends Error {
  override name = 'TooComplex';

  constructor(excess: keyof typeof excesses) {
    super(`HTML ${excesses[excess]}`);
  }
}

const invisible: ReadonlySet<string> = new Set(
  'script style noscript template iframe object embed svg math head title button select textarea figcaption audio video canvas map'.split(
    ' ',
  ),
);
const blocks: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body center dd details dialog div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hgroup hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);

/**
 * The readable text of HTML: paragraphs, separated by one empty line; line breaks within a paragraph kept, other white
 * space folded. Scripts, forms and captions are left out.
 *
 * @throws TooComplex
 */
export function htmlToText(html: string): string {
  const paragraphs: string[] = [];
  let line = '';
  let lines: string[] = [];
  let hidden = 0;
  const endLine = (): void => {
    const text = oneLine(line);
    if (text !== '') lines.push(text);
    line = '';
  };
  const endParagraph = (): void => {
    endLine();
    if (lines.length > 0) paragraphs.push(lines.join('\n'));
    lines = [];
  };
  let depth = 0;
  let breaks = 0;
  const parser = new Parser({
    onopentagname(name) {
      depth += 1;
      if (depth > htmlLimits.depth) throw new TooComplex('depth');
      if (invisible.has(name)) hidden += 1;
      if (blocks.has(name)) endParagraph();
      if (name === 'td' || name === 'th') line += ' ';
      if (name === 'br') {
        breaks += 1;
        if (breaks > 1) endParagraph();
        else endLine();
      }
    },
    ontext(text) {
      if (hidden > 0) return;
      line += text;
      if (text.trim() !== '') breaks = 0;
    },
    onclosetag(name) {
      depth -= 1;
      if (invisible.has(name)) hidden -= 1;
      if (blocks.has(name)) endParagraph();
    },
  });
  parser.end(html);
  endParagraph();
  return cleanText(paragraphs.join('\n\n'));
}

/**
 * Looks at HTML before a tree is built of it: trees of such shapes cost their readers quadratic time.
 *
 * @throws TooComplex for more than 512 levels, 100,000 elements, or 1,000 attributes of one element
 */
export function assertReadable(html: string): void {
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  const parser = new Parser({
    onopentagname() {
      depth += 1;
      elements += 1;
      attributes = 0;
      if (depth > htmlLimits.depth) throw new TooComplex('depth');
      if (elements > htmlLimits.elements) throw new TooComplex('elements');
    },
    onattribute() {
      attributes += 1;
      if (attributes > htmlLimits.attributes) throw new TooComplex('attributes');
    },
    onclosetag() {
      depth -= 1;
    },
  });
  parser.end(html);
}
