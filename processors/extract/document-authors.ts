import type { PageDocument } from './page/document.ts';
import { isNamed, namesOf } from './page/names.ts';
import { descendants, type PageElement } from './page/tree.ts';
import { insideOf, lineBelow } from './page/walk.ts';

const authorNames = /^(?:author|authors|byline|autor|autoren|auteur|autore)$/;
const otherParts = /^(?:comments?|related|sidebar|teasers?|recommend\w*|bio|description)$/;
const maxCharacters = 80;
const maxAuthors = 8;
/** Elements that are looked at: those of an article stand before those of its comments. */
const maxLooked = 1_000;

/** Names of authors as they stand on a page that declares none for machines. */
export function documentAuthors({ body }: PageDocument): readonly string[] {
  const declared: string[] = [];
  const named: string[] = [];
  const isElsewhere = insideOf(isOtherPart);
  let looked = 0;
  for (const element of descendants(body)) {
    const isDeclared =
      element.getAttribute('rel')?.toLowerCase() === 'author' || element.getAttribute('itemprop') === 'author';
    if (!isDeclared && !isNamed(namesOf(element), authorNames)) continue;
    looked += 1;
    if (looked > maxLooked) break;
    const text = lineBelow(element);
    // A name has no sentence in it, and no date.
    if (
      text === null ||
      text.length < 3 ||
      text.length > maxCharacters ||
      /\d|[.!?] \S/.test(text) ||
      isElsewhere(element)
    )
      continue;
    (isDeclared ? declared : named).push(text);
  }
  return (declared.length > 0 ? declared : named.slice(0, 1)).slice(0, maxAuthors);
}

function isOtherPart(element: PageElement): boolean {
  return element.tagName === 'ASIDE' || element.tagName === 'FOOTER' || isNamed(namesOf(element), otherParts);
}
