import type { PageElement, PageNode } from './tree.ts';

/** All elements below, in the order of the document. */
export function* descendants(root: PageElement): Generator<PageElement, void, undefined> {
  let node = root.firstElementChild;
  while (node !== null) {
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
