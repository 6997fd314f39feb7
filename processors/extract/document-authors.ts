import type { PageDocument } from './page/document.ts';
import { isNamed, namesOf } from './page/names.ts';
import type { PageElement } from './page/tree.ts';
import { descendants } from './page/walk.ts';

const authorNames = /^(?:author|authors|byline|autor|autoren|auteur|autore)$/;
const otherParts = /^(?:comments?|related|sidebar|teasers?|recommend\w*|bio|description)$/;
const maxCharacters = 80;
const maxAuthors = 8;

/** Names of authors as they stand on a page that declares none for machines. */
export function documentAuthors({ body }: PageDocument): readonly string[] {
  const declared: string[] = [];
  const named: string[] = [];
  for (const element of descendants(body)) {
    const isDeclared =
      element.getAttribute('rel')?.toLowerCase() === 'author' || element.getAttribute('itemprop') === 'author';
    if (!isDeclared && !isNamed(namesOf(element), authorNames)) continue;
    const text = element.textContent.replace(/\s+/g, ' ').trim();
    // A name has no sentence in it, and no date.
    if (text.length < 3 || text.length > maxCharacters || /\d|[.!?] \S/.test(text) || isElsewhere(element)) continue;
    (isDeclared ? declared : named).push(text);
  }
  return (declared.length > 0 ? declared : named.slice(0, 1)).slice(0, maxAuthors);
}

function isElsewhere(element: PageElement): boolean {
  for (let at: PageElement | null = element; at !== null; at = at.parentNode) {
    if (at.tagName === 'ASIDE' || at.tagName === 'FOOTER' || isNamed(namesOf(at), otherParts)) return true;
  }
  return false;
}
