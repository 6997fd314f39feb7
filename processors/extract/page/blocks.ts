import { oneLine } from '../../../domain/clean-text.ts';
import { PageElement, type PageNode, type PageText } from './tree.ts';

/** A run of text between two block boundaries: a paragraph, a heading, an item of a list. */
export interface Block {
  readonly texts: readonly PageText[];
  /** The nearest element that begins a block. */
  readonly element: PageElement;
  /** In one line. */
  readonly text: string;
  /** As it is read: line breaks kept. */
  readonly lines: string;
  /** Share of its characters that are links, 0 to 1. */
  readonly linked: number;
}

const invisible: ReadonlySet<string> = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT EMBED SVG MATH HEAD TITLE BUTTON SELECT TEXTAREA FIGCAPTION AUDIO VIDEO CANVAS MAP'.split(
    ' ',
  ),
);
const blockTags: ReadonlySet<string> = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DD DETAILS DIALOG DIV DL DT FIELDSET FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 ' +
    'HEADER HGROUP HR HTML LEGEND LI MAIN MENU NAV OL P PRE SECTION SUMMARY TABLE TBODY TFOOT THEAD TR UL'
  ).split(' '),
);

/** The visible blocks of a tree, in reading order, without captions. */
export function blocksOf(root: PageElement): Block[] {
  const blocks: Block[] = [];
  let texts: PageText[] = [];
  let owner = root;
  let line = '';
  let lines: string[] = [];
  let [all, linked, breaks] = [0, 0, 0];
  const endLine = (): void => {
    const text = oneLine(line);
    if (text !== '') lines.push(text);
    line = '';
  };
  const end = (): void => {
    endLine();
    if (lines.length > 0) {
      blocks.push({
        texts,
        element: owner,
        text: lines.join(' '),
        lines: lines.join('\n'),
        linked: all === 0 ? 0 : linked / all,
      });
    }
    texts = [];
    lines = [];
    [all, linked] = [0, 0];
  };
  const visit = (node: PageNode, block: PageElement, inLink: boolean): void => {
    if (node.nodeType === 3) {
      line += node.data;
      texts.push(node);
      owner = block;
      const length = node.data.trim().length;
      all += length;
      if (inLink) linked += length;
      if (length > 0) breaks = 0;
      return;
    }
    const { tagName } = node;
    if (invisible.has(tagName)) return;
    if (tagName === 'BR') {
      breaks += 1;
      if (breaks > 1) end();
      else endLine();
      return;
    }
    const isBlock = blockTags.has(tagName);
    if (isBlock) end();
    if (tagName === 'TD' || tagName === 'TH') line += ' ';
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      visit(child, isBlock ? node : block, inLink || tagName === 'A');
    }
    if (isBlock) end();
  };
  visit(root, root, false);
  end();
  return blocks;
}

/** Paragraphs, separated by one empty line. */
export function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ lines }) => lines).join('\n\n');
}

/** Takes a block out of its tree, and with it what has become empty around it. */
export function removeBlock({ texts, element }: Block, root: PageElement): void {
  const parents = new Set(texts.map(({ parentNode }) => parentNode));
  for (const text of texts) text.remove();
  // Each once: to see whether one is empty takes a look at all that is left in it.
  for (const parent of parents) if (parent !== null && parent !== element) removeEmpty(parent, root);
  removeEmpty(element, root);
}

function removeEmpty(element: PageElement, root: PageElement): void {
  let at: PageElement | null = element;
  while (at !== null && at !== root && isEmpty(at)) {
    const parent: PageElement | null = at.parentNode;
    at.remove();
    at = parent;
  }
}

function isEmpty(element: PageElement): boolean {
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 3 ? node.data.trim() !== '' : node.tagName !== 'BR') return false;
  }
  return true;
}
