import { measure } from './measure.ts';
import type { PageElement } from './tree.ts';

/** So much of the prose may be left outside when looking closer. */
const most = 0.85;

/** The smallest element that holds nearly all prose of a page: the fallback where scoring finds little. */
export function densest(root: PageElement): { readonly element: PageElement; readonly prose: number } {
  const measures = measure(root);
  const proseOf = (element: PageElement): number => measures.get(element)?.prose ?? 0;
  const whole = proseOf(root);
  let element = root;
  for (;;) {
    const inner = element.children.find((child) => proseOf(child) >= whole * most);
    if (inner === undefined || inner.tagName === 'P') return { element, prose: proseOf(element) };
    element = inner;
  }
}
