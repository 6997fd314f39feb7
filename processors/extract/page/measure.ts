import type { PageElement } from './tree.ts';

/** Characters of text below an element, white space apart. */
export interface Measure {
  readonly text: number;
  /** Of these, inside links. */
  readonly linked: number;
  /** Of these, in paragraphs long enough to be prose, links apart. */
  readonly prose: number;
}

const proseCharacters = 60;

/** Measures all elements of a tree at once. */
export function measure(root: PageElement): ReadonlyMap<PageElement, Measure> {
  const measures = new Map<PageElement, Measure>();
  const visit = (element: PageElement, isLinked: boolean): Measure => {
    const inLink = isLinked || element.tagName === 'A';
    let text = 0;
    let linked = 0;
    let prose = 0;
    for (let node = element.firstChild; node !== null; node = node.nextSibling) {
      if (node.nodeType === 3) {
        const length = visibleLength(node.data);
        text += length;
        if (inLink) linked += length;
      } else {
        const below = visit(node, inLink);
        text += below.text;
        linked += below.linked;
        prose += below.prose;
      }
    }
    if (element.tagName === 'P' || (prose === 0 && hasOwnProse(element))) {
      prose = text - linked >= proseCharacters ? text - linked : 0;
    }
    const own = { text, linked, prose };
    measures.set(element, own);
    return own;
  };
  visit(root, false);
  return measures;
}

/** Whether text stands in the element itself, as where breaks separate paragraphs. */
function hasOwnProse(element: PageElement): boolean {
  let length = 0;
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 3) length += visibleLength(node.data);
  }
  return length >= proseCharacters;
}

function visibleLength(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 32) length += 1;
  return length;
}
