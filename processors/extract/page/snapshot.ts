import type { PageElement, PageNode } from './tree.ts';

/** Children of an element, as they were. */
export class Snapshot {
  private readonly copies: readonly PageNode[];

  constructor(element: PageElement) {
    this.copies = element.childNodes.map((node) => node.clone());
  }

  nodes(): readonly PageNode[] {
    return this.copies.map((node) => node.clone());
  }

  /** What Readability looks for addresses of videos in. */
  toString(): string {
    return this.copies.map(addressesIn).join(' ');
  }
}

function addressesIn(node: PageNode): string {
  if (node.nodeType === 3) return '';
  return [...node.attributeMap.values(), ...node.childNodes.map(addressesIn)].join(' ');
}
