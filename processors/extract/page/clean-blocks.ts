import { type Block, blocksOf, removeBlock, textOf } from './blocks.ts';
import { contains } from './contains.ts';
import { byline, dateLine, invitations, labels, pictureCredit, pointers, rights } from './phrases.ts';
import type { PageElement } from './tree.ts';
import { insideOf } from './walk.ts';

/** What the page says elsewhere of its article, to compare with. */
export interface Known {
  readonly titles: readonly string[];
  /** The whole text as it is given for machines; empty where it is not. */
  readonly declared: string;
}

/**
 * Takes out of an article's tree what stands before, between and behind its paragraphs and is not of it: labels,
 * pointers to other articles, invitations, credits, repeats. Nothing that is longer than a few sentences goes.
 *
 * @returns the text that is left: paragraphs, separated by one empty line
 */
export function cleanBlocks(root: PageElement, known: Known): string {
  let blocks: readonly Block[] = blocksOf(root);
  // Each is compared with the others: of so many, that would take too long.
  if (blocks.length > maxBlocks) return textOf(blocks);
  for (const rule of [outsiders, repeats, undeclared, head, tail]) {
    const dropped = new Set(rule(blocks, known));
    for (const block of dropped) removeBlock(block, root);
    blocks = blocks.filter((block) => !dropped.has(block));
  }
  return textOf(blocks);
}

const maxBlocks = 3_000;

/** Blocks whose own words say that they are no part of the article. */
function outsiders(blocks: readonly Block[]): Block[] {
  return blocks.filter(({ text, linked }) => {
    const size = sizeOf(text);
    if (size > 300) return linked > 0.9;
    return (
      (size < 90 && labels.test(text)) ||
      (size < 200 && pointers.test(text) && (linked > 0.4 || size < 60)) ||
      invitations.test(text) ||
      (size < 160 && rights.test(text)) ||
      (size < 250 && !/[.!?]\s*$/.test(text) && pictureCredit.test(text)) ||
      (linked > 0.9 && size > 15)
    );
  });
}

/** What is said twice, as pulled quotes are. */
function repeats(blocks: readonly Block[]): Block[] {
  const seen = new Set<string>();
  const quotable = blocks.map(({ text }) => folded(text)).filter((text) => text.length > shortestRepeat);
  const isSetApart = insideOf(isQuotation);
  let compared = 0;
  const isIn = (other: string, text: string): boolean => {
    compared += other.length;
    return compared <= maxCompared && contains(other, text);
  };
  return blocks.filter((block) => {
    const text = folded(block.text);
    if (text.length < shortestRepeat) return false;
    if (seen.has(text)) return true;
    seen.add(text);
    return (
      text.length < 400 &&
      isSetApart(block.element) &&
      quotable.some((other) => other.length > text.length + 10 && isIn(other, text))
    );
  });
}

const shortestRepeat = 25;

/** Characters in which blocks are looked for, one after the other: an article of 100,000 and 500 blocks. */
const maxCompared = 50_000_000;

/** Short, linked or outer blocks that the declared text lacks, where it has most of the others. */
function undeclared(blocks: readonly Block[], { declared }: Known): Block[] {
  const whole = folded(declared);
  const texts = blocks.map(({ text }) => folded(text));
  if (whole.length * texts.length > maxCompared) return [];
  const inside = texts.map((text) => contains(whole, text));
  const common = charactersOf(texts.filter((_, at) => inside[at] === true));
  if (common < charactersOf(texts) * 0.6 || whole.length > charactersOf(texts) * 1.5) return [];
  const [first, last] = [inside.indexOf(true), inside.lastIndexOf(true)];
  return blocks.filter(({ element, text, linked }, at) => {
    if (inside[at] === true || isHeading(element) || whole.includes(texts[at]?.slice(0, 30) ?? '')) return false;
    return at < first || at > last || sizeOf(text) < 120 || linked > 0.3;
  });
}

/** Title, names, dates and rubrics before the first paragraph. */
function head(blocks: readonly Block[], { titles }: Known): Block[] {
  const first = blocks.findIndex(isProse);
  const titleTexts = new Set(titles.map(folded));
  const isTitle = ({ text }: Block): boolean => titleTexts.has(folded(text));
  const before = blocks.slice(0, Math.max(0, first));
  // A report of results begins with its figures, a paragraph each.
  const isReport = before.filter(isRow).length >= minRows;
  return [
    ...before.filter((block) => {
      const size = sizeOf(block.text);
      if (isTitle(block)) return true;
      if (isReport && block.element.tagName === 'P') return false;
      if (size < 40 && !isSentence(block.text)) return true;
      return size < 160 && (byline.test(block.text) || dateLine.test(block.text));
    }),
    ...blocks.slice(Math.max(0, first), first + 1).filter(isTitle),
  ];
}

/** Fewer may be a date and a number of comments. */
const minRows = 3;

function isRow({ text, element, linked }: Block): boolean {
  return element.tagName === 'P' && linked === 0 && /\d/.test(text) && !dateLine.test(text) && !byline.test(text);
}

/** Rubrics, counters and headings of nothing behind the last paragraph. */
function tail(blocks: readonly Block[]): Block[] {
  const last = blocks.findLastIndex(
    ({ text, element }) =>
      !isHeading(element) && (sizeOf(text) >= 40 || isSentence(text) || (isItem(element) && text.length > 3)),
  );
  return last < 0 ? [] : blocks.slice(last + 1);
}

function charactersOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

function isProse({ text, element, linked }: Block): boolean {
  const size = sizeOf(text);
  return !isHeading(element) && linked < 0.6 && (size > 120 || (size > 45 && isSentence(text)));
}

function isSentence(text: string): boolean {
  return /[.!?…。！？।؟:;"”»’')\]]\s*$/u.test(text);
}

function isHeading({ tagName }: PageElement): boolean {
  return /^H[1-6]$/.test(tagName);
}

function isItem({ tagName }: PageElement): boolean {
  return /^(?:LI|TD|TH|TR|DD|DT|BLOCKQUOTE|PRE)$/.test(tagName);
}

function isQuotation({ tagName, className }: PageElement): boolean {
  return /^(?:BLOCKQUOTE|ASIDE|FIGURE|H[1-6]|Q)$/.test(tagName) || /quote|pull/i.test(className);
}

/** Characters; those of scripts that write a word in one or two count three times. */
export function sizeOf(text: string): number {
  return text.length + 2 * (text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g)?.length ?? 0);
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
