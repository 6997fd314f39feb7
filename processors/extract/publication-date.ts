import { parseDate, plausibleDate } from '../../domain/dates.ts';
import { dateInAddress, writtenDate } from '../../domain/written-dates.ts';
import { blocksOf } from './page/blocks.ts';
import type { PageDocument } from './page/document.ts';
import { isNamed, namesOf } from './page/names.ts';
import { descendants, type PageElement } from './page/tree.ts';
import { insideOf, lineBelow } from './page/walk.ts';

export interface DatedPage {
  readonly document: PageDocument;
  readonly html: string;
  readonly url: string;
  readonly language: string | null;
  /** Dates of publication that the page declares for machines, the surest first, as written. */
  readonly declared: readonly string[];
  /** Later dates: what there is where nothing better is found. */
  readonly modified: readonly string[];
}

const dayMs = 86_400_000;

/** Parts of a page in which other things have dates. */
const otherParts =
  /^(?:comments?|kommentare?|disqus|related|recommend\w*|sidebar|widget|footer|teasers?|trending|popular|latest|archives?|calendar|next|prev(?:ious)?|promo|events?|copyright)$/;
const publishedNames = /^(?:published|publish|pubdate|publication|posted|created|issued|release|released|dateline)$/;
const dateNames =
  /^(?:date|datum|fecha|data|datetime|timestamp|time|byline|postmeta|meta|info|entry|veröffentlicht|publicado)$/;
const updatedNames = /^(?:updated|modified|edited|lastmod|aktualisiert)$/;

const publishedWords =
  /\b(?:published|posted|first published|originally published|created|date|veröffentlicht|erschienen|erstellt|publié|paru|mis en ligne|publicado|publicada|pubblicato|gepubliceerd|geplaatst|publicerad|publisert|udgivet|opublikowano|dodano|опубликовано|publikováno|yayınlanma)\b/iu;
const updatedWords =
  /\b(?:updated|modified|edited|last (?:update|change)|aktualisiert|geändert|letzte änderung|mis à jour|modifié|actualizado|aggiornato|bijgewerkt|uppdaterad|oppdatert|обновлено|güncelleme)\b/iu;

/**
 * When an article was published, by what its page says: for machines, by its address, in elements made for dates, and
 * in its text. The first publication counts, and not a later change, a comment, a neighbour or the copyright.
 *
 * @param nowMs when the page was fetched: nothing later is believed
 * @returns milliseconds since 1970, with the day's precision at least; null where nothing says
 */
export function publicationDate(page: DatedPage, nowMs: number): number | null {
  const plausible = (ms: number | null): number | null => plausibleDate(ms, nowMs);
  const read = (text: string): number | null =>
    plausible(parseDate(text)) ?? plausible(writtenDate(text, page.language));
  const first = (texts: Iterable<string>): number | null => {
    for (const text of texts) {
      const ms = read(text);
      if (ms !== null) return ms;
    }
    return null;
  };
  const address = dateInAddress(page.url);
  const inAddress = address === null ? null : plausible(address.ms);
  const declared = first(page.declared);
  if (declared !== null) {
    // A page that was published anew, or moved, keeps its address.
    const isAnew = inAddress !== null && address?.isSure === true && declared - inAddress > 2 * dayMs;
    return isAnew ? inAddress : declared;
  }
  const elements = datedElements(page.document);
  return (
    first(elements.published) ??
    first(inScripts(page.html)) ??
    (address?.isSure === true ? inAddress : null) ??
    first(elements.times) ??
    first(elements.named) ??
    inAddress ??
    first(announced(page)) ??
    first(elements.updated) ??
    first(page.modified) ??
    first(anywhere(page))
  );
}

interface DatedElements {
  /** Marked as the date of publication. */
  readonly published: string[];
  readonly times: string[];
  /** Called a date by their class. */
  readonly named: string[];
  readonly updated: string[];
}

/** What elements say that are made or named for dates, in the order of the document. */
function datedElements({ body }: PageDocument): DatedElements {
  const found: DatedElements = { published: [], times: [], named: [], updated: [] };
  const isElsewhere = insideOf(isOtherPart);
  let looked = 0;
  for (const element of descendants(body)) {
    const { tagName } = element;
    const property = `${element.getAttribute('itemprop') ?? ''} ${element.getAttribute('property') ?? ''}`;
    const names = `${namesOf(element)} ${element.getAttribute('data-testid') ?? ''}`.trim();
    const isTime = tagName === 'TIME' || tagName === 'ABBR' || element.hasAttribute('datetime');
    const isDate =
      isTime ||
      /date/i.test(property) ||
      (names !== '' && (isNamed(names, dateNames) || isNamed(names, publishedNames) || /date|time/.test(names)));
    if (!isDate) continue;
    looked += 1;
    if (looked > maxLooked) break;
    if (isElsewhere(element)) continue;
    const values = valuesOf(element, isTime || /date/i.test(property));
    const isUpdated =
      /dateModified|modified_time/i.test(property) ||
      isNamed(names, updatedNames) ||
      updatedWords.test(values.join(' ').slice(0, 60));
    const isPublished =
      /datePublished|dateCreated|published_time/i.test(property) ||
      element.hasAttribute('pubdate') ||
      (isNamed(names, publishedNames) && !isUpdated);
    if (isUpdated && !isPublished) found.updated.push(...values);
    else if (isPublished) found.published.push(...values);
    else if (tagName === 'TIME' || (tagName === 'ABBR' && element.hasAttribute('title'))) found.times.push(...values);
    else found.named.push(...values);
  }
  return found;
}

function valuesOf(element: PageElement, isMachine: boolean): string[] {
  const attributes = isMachine
    ? ['datetime', 'content', 'title'].flatMap((name) => element.getAttribute(name) ?? [])
    : [];
  const text = lineBelow(element);
  return text !== null && text !== '' && text.length <= 200 ? [...attributes, text] : attributes;
}

function isOtherPart(element: PageElement): boolean {
  const { tagName } = element;
  if (tagName === 'ASIDE' || tagName === 'FOOTER' || tagName === 'NAV') return true;
  return tagName !== 'BODY' && tagName !== 'HTML' && isNamed(namesOf(element), otherParts);
}

/** What scripts of the page know of it. */
function* inScripts(html: string): Generator<string> {
  const pattern =
    /["'](?:datePublished|publish(?:ed)?_?(?:date|at|time|on)|publication_?date|first_?published(?:_?at|_?date)?|date_?created|pub_?date|created_?at|post_?date)["']\s*:\s*["']?([^"',}\\]{8,40})/gi;
  for (const match of html.slice(0, maxScript).matchAll(pattern)) yield match[1] ?? '';
}

const maxScript = 2_000_000;
/** Elements and blocks that are looked at: an article's date stands near its beginning. */
const maxLooked = 500;

/** Short blocks that say that something was published when. */
function* announced({ document }: DatedPage): Generator<string> {
  const isElsewhere = insideOf(isOtherPart);
  for (const { text, element } of blocksOf(document.body).slice(0, maxLooked)) {
    if (text.length <= 200 && publishedWords.test(text) && !updatedWords.test(text) && !isElsewhere(element))
      yield text;
  }
}

/** The first short block with a date. */
function* anywhere({ document }: DatedPage): Generator<string> {
  const isElsewhere = insideOf(isOtherPart);
  for (const { text, element } of blocksOf(document.body).slice(0, maxLooked)) {
    if (text.length <= 120 && /\d/.test(text) && !/©|copyright/i.test(text) && !isElsewhere(element)) yield text;
  }
}
