import type { PageElement } from './tree.ts';

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
