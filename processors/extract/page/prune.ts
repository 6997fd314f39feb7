import type { PageDocument } from './document.ts';
import { type Measure, measure } from './measure.ts';
import { captionPhrase, doubtfulName, foreignName, foreignPhrase, isNamed, namesOf } from './names.ts';
import type { PageElement } from './tree.ts';

/** Never part of an article's text, whatever they are called. */
const foreignTags: ReadonlySet<string> = new Set(['NAV', 'FOOTER', 'ASIDE', 'FORM', 'DIALOG', 'BUTTON', 'MENU']);
const foreignRoles: ReadonlySet<string> = new Set(
  'navigation complementary contentinfo dialog alertdialog menu menubar search tooltip toolbar tablist alert'.split(
    ' ',
  ),
);

/** What holds so much of the page's prose is the article, or around it, whatever its name. */
const tooMuch = 0.3;
/** A doubtful name counts from this share of links on. */
const manyLinks = 0.15;

/**
 * Takes out what surely does not belong to an article, so that it neither counts as text nor draws the choice to where it
 * stands. Captions become figcaption elements, whatever they were.
 */
export function prune({ body }: PageDocument): void {
  const measures = measure(body);
  const proseOf = (element: PageElement): number => measures.get(element)?.prose ?? 0;
  const limit = proseOf(body) * tooMuch;
  const foreign: PageElement[] = [];
  const doubtful = new Map<string, PageElement[]>();
  let next = body.firstElementChild;
  while (next !== null) {
    const element: PageElement = next;
    const kind = proseOf(element) > limit ? 'own' : kindOf(element, measures.get(element));
    if (kind === 'foreign') foreign.push(element);
    else if (kind === 'doubtful') {
      const alike = doubtful.get(element.className) ?? [];
      alike.push(element);
      doubtful.set(element.className, alike);
    }
    next = following(element, kind === 'own', body);
  }
  // An article may be cut into many parts of one name.
  for (const alike of doubtful.values()) {
    if (alike.reduce((sum, element) => sum + proseOf(element), 0) <= limit) foreign.push(...alike);
  }
  for (const element of foreign) element.remove();
}

function kindOf(element: PageElement, size: Measure | undefined): 'own' | 'foreign' | 'doubtful' {
  const { tagName } = element;
  if (foreignTags.has(tagName)) return 'foreign';
  if (tagName === 'ARTICLE' || tagName === 'MAIN') return 'own';
  const role = element.getAttribute('role');
  if (role !== null && foreignRoles.has(role)) return 'foreign';
  const names = namesOf(element);
  if (names === '') return 'own';
  if (captionPhrase.test(names) && isCaption(element, size)) {
    element.rename('figcaption');
    return 'own';
  }
  if (foreignPhrase.test(names) || isNamed(names, foreignName)) return 'foreign';
  if (size === undefined || !isNamed(names, doubtfulName)) return 'own';
  return size.prose === 0 || size.linked > size.text * manyLinks ? 'doubtful' : 'own';
}

/** Not the picture, and not what holds both: short enough that looking into it costs nothing. */
function isCaption(element: PageElement, size: Measure | undefined): boolean {
  if (element.tagName === 'FIGURE' || size === undefined || size.text === 0 || size.text > longestCaption) return false;
  return element.getElementsByTagName('img').length === 0;
}

const longestCaption = 1_000;

/** The next element in the document's order. */
function following(element: PageElement, isEntered: boolean, root: PageElement): PageElement | null {
  let next = isEntered ? element.firstElementChild : null;
  for (let at: PageElement | null = element; next === null && at !== null && at !== root; at = at.parentNode) {
    next = at.nextElementSibling;
  }
  return next;
}
