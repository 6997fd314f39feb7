import { registrableDomain } from '../../../domain/registrable-domain.ts';
import { oneLine } from '../../../domain/clean-text.ts';

/** A headline that was found, with the element around it that holds its date, summary and picture. */
export interface FoundLink {
  readonly item: Element;
  readonly link: Element;
}

interface Candidate {
  readonly link: Element;
  readonly address: string;
  readonly shape: string;
  readonly score: number;
}

const maxLinks = 3_000;
const maxHeadlines = 500;
const maxTitleCharacters = 300;
/** Headlines that stand alike; fewer are a teaser, a menu or chance. */
const minRepeats = 3;
const minMeanScore = 2;
/** What looks so much like a headline counts alone: some lists have one article. */
const sureScore = 3.5;
const furniture = 'nav, footer, aside, form, [role="navigation"], [role="contentinfo"]';

/**
 * The links of a page that look like headlines of articles: those that stand alike in the page (same elements and
 * classes around them), with words as headlines have them and addresses as articles have them. In the order of the
 * page, each address once.
 */
export function findArticleLinks(document: Document, base: string): readonly FoundLink[] {
  const site = registrableDomain(base);
  const candidates = [...document.querySelectorAll('a[href]')]
    .slice(0, maxLinks)
    .map((link) => candidateOf(link, base, site))
    .filter((candidate) => candidate !== null);
  const groups = Map.groupBy(candidates, ({ shape }) => shape);
  const chosen = new Set([...groups].filter(([, group]) => isList(group)).map(([shape]) => shape));
  const seen = new Set<string>();
  const headlines = candidates.filter(({ shape, address }) => {
    if (!chosen.has(shape) || seen.has(address)) return false;
    seen.add(address);
    return true;
  });
  return headlines.slice(0, maxHeadlines).map(({ link }) => ({ link, item: itemOf(link) }));
}

function isList(group: readonly Candidate[]): boolean {
  const addresses = new Set(group.map(({ address }) => address));
  const mean = group.reduce((sum, { score }) => sum + score, 0) / group.length;
  return mean >= (addresses.size >= minRepeats ? minMeanScore : sureScore);
}

function candidateOf(link: Element, base: string, site: string): Candidate | null {
  const url = URL.parse(link.getAttribute('href') ?? '', base);
  if (url === null || !/^https?:$/.test(url.protocol) || registrableDomain(url.href) !== site) return null;
  url.hash = '';
  if (url.href === base || url.pathname === '/') return null;
  const text = oneLine((link.textContent ?? '').slice(0, maxTitleCharacters));
  const wordy = wordiness(text);
  if (wordy === 0 || link.closest(furniture) !== null) return null;
  const isHeading = link.closest('h1, h2, h3, h4') !== null || link.querySelector('h1, h2, h3, h4') !== null;
  return {
    link,
    address: url.href,
    shape: shapeOf(link),
    score: wordy + (isHeading || isNamedSo(link) ? 1.5 : 0) + addressScore(url),
  };
}

function isNamedSo(link: Element): boolean {
  const classes = [link, link.parentElement].map((element) => element?.getAttribute('class') ?? '').join(' ');
  return /headline|(?:^|[-_\s])title/i.test(classes);
}

/** 0 for a menu's word, up to 2 for a sentence. Scripts without spaces say as much in a third of the letters. */
function wordiness(text: string): number {
  const dense = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/g)?.length ?? 0;
  const length = text.length + dense * 2;
  if (length < 15 || (dense === 0 && text.split(' ').length < 3)) return 0;
  return length >= 30 ? 2 : 1;
}

/** Articles have slugs, numbers or dates in their addresses; sections have a word. */
function addressScore({ pathname, search }: URL): number {
  if (/\/(?:tag|tags|category|author|authors|topic|topics|search|login|subscribe|about)(?:\/|$)/i.test(pathname))
    return -2;
  if (/\/20\d\d[/-]?[01]\d/.test(pathname)) return 1.5;
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  if (/(?:[^-_]+[-_]){3,}/.test(last) || /\d{4,}/.test(pathname + search)) return 1;
  return 0;
}

/** Elements and classes of the link and the three around it; numbers in classes tell items apart, not lists. */
function shapeOf(link: Element): string {
  const parts: string[] = [];
  let element: Element | null = link;
  for (let level = 0; level < 4 && element !== null; level += 1) {
    const classes = (element.getAttribute('class') ?? '').replaceAll(/\d+/g, '').split(/\s+/).filter(Boolean);
    parts.push([element.localName, ...classes.slice(0, 2)].join('.'));
    element = element.parentElement;
  }
  return parts.join('<');
}

/** The element around a headline that still belongs to it alone: the widest one with a single wordy address in it. */
function itemOf(link: Element): Element {
  let item = link;
  for (let level = 0; level < 5; level += 1) {
    const around = item.parentElement;
    if (around === null || around.localName === 'body' || around.localName === 'main') break;
    const addresses = new Set(
      [...around.querySelectorAll('a[href]')]
        .filter((each) => wordiness(oneLine((each.textContent ?? '').slice(0, maxTitleCharacters))) > 0)
        .map((each) => each.getAttribute('href')),
    );
    if (addresses.size > 1) break;
    item = around;
  }
  return item;
}
