import type { PageElement, PageNode } from './tree.ts';
import { nodeSteps } from './work.ts';

/** All elements below, in the order of the document. */
export function* descendants(root: PageElement): Generator<PageElement, void, undefined> {
  let node = root.firstElementChild;
  while (node !== null) {
    root.ownerDocument.work.take(nodeSteps);
    yield node;
    let next = node.firstElementChild;
    for (let at: PageElement | null = node; next === null && at !== null && at !== root; at = at.parentNode) {
      next = at.nextElementSibling;
    }
    node = next;
  }
}

/** Appends the texts below an element, in the order of the document. */
export function collectText(element: PageElement, parts: string[]): void {
  element.ownerDocument.work.take(nodeSteps);
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 3) parts.push(node.data);
    else collectText(node, parts);
  }
}

/** The node itself or the next of its neighbours that is an element. */
export function elementFrom(node: PageNode | null): PageElement | null {
  let found = node;
  while (found !== null && found.nodeType !== 1) found = found.nextSibling;
  return found;
}

/** An element with more nodes or characters of text, white space counted, is no line. */
const longest = { nodes: 1_000, characters: 10_000 } as const;

/** The text below an element in one line; null where there is too much of it, without reading it all. */
export function lineBelow(element: PageElement): string | null {
  let text = '';
  let nodes = 0;
  const isShort = (parent: PageElement): boolean => {
    for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
      nodes += 1;
      if (node.nodeType === 3) text += node.data;
      if (nodes > longest.nodes || text.length > longest.characters) return false;
      if (node.nodeType === 1 && !isShort(node)) return false;
    }
    return true;
  };
  return isShort(element) ? text.replace(/\s+/g, ' ').trim() : null;
}

/**
 * Whether elements are of a kind or stand inside one that is. Asks each element once, whatever the levels: to be used
 * while the tree stays as it is.
 */
export function insideOf(isOfKind: (element: PageElement) => boolean): (element: PageElement) => boolean {
  const known = new Map<PageElement, boolean>();
  return (element) => {
    const passed: PageElement[] = [];
    let answer: boolean | undefined;
    for (let at: PageElement | null = element; at !== null && answer === undefined; at = at.parentNode) {
      answer = known.get(at);
      if (answer === undefined) {
        passed.push(at);
        if (isOfKind(at)) answer = true;
      }
    }
    for (const one of passed) known.set(one, answer ?? false);
    return answer ?? false;
  };
}
