import { type Known, cleanBlocks, sizeOf } from './page/clean-blocks.ts';
import { densest } from './page/densest.ts';
import { measure } from './page/measure.ts';
import { parsePage, type ParsedPage } from './page/parse-page.ts';
import { prune } from './page/prune.ts';
import { readable } from './page/readable.ts';
import { render } from './page/render.ts';
import type { PageElement } from './page/tree.ts';

export interface FoundArticle {
  readonly method: 'readability' | 'densest';
  readonly text: string;
  /** Not yet sanitised. */
  readonly html: string;
  /** 0 to 1: how far two ways to find it agree. */
  readonly agreement: number;
}

/** Less is a teaser, or a consent form. Characters. */
const shortText = 250;
/** Readability left so much of the prose that it took the wrong part. */
const smallShare = 0.2;

/**
 * The article on a page, by Mozilla's Readability on what is left without the surely foreign parts; where that finds
 * little, the part of the page that holds most of its prose.
 *
 * @param page is taken apart
 */
export function articleTree(page: ParsedPage, html: string, known: Known): FoundArticle | null {
  const { document } = page;
  prune(document);
  const dense = densest(document.body);
  const article = readable(document);
  const found = article === null ? null : foundIn(article, 'readability', known, dense.prose);
  if (found !== null && found.agreement > smallShare && sizeOf(found.text) >= shortText) return found;
  // Readability has rearranged the tree, and what was pruned may have been the article.
  const { document: whole } = parsePage(html, document.baseURI);
  const pruned = parsePage(html, document.baseURI).document;
  prune(pruned);
  const others = [pruned, whole].map(({ body }) => {
    const { element, prose } = densest(body);
    return prose === 0 ? null : foundIn(element, 'densest', known, prose);
  });
  const [first, second] = others;
  const fallback = (first?.text.length ?? 0) * 2 >= (second?.text.length ?? 0) ? first : second;
  if (fallback === null || fallback === undefined) return found;
  return found !== null && found.text.length >= fallback.text.length ? found : { ...fallback, agreement: 0 };
}

function foundIn(element: PageElement, method: FoundArticle['method'], known: Known, prose: number): FoundArticle {
  const own = measure(element).get(element)?.prose ?? 0;
  const text = cleanBlocks(element, known);
  const agreement = own === 0 || prose === 0 ? 0 : Math.min(own, prose) / Math.max(own, prose);
  return { method, text, html: render(element), agreement };
}
