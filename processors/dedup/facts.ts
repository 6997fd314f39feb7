import { createHash } from 'node:crypto';
import { articleId } from '../../domain/identity.ts';
import type { Article } from '../../schemas/types.ts';
import { type NearFacts, nearFactsOf } from './near/sketch.ts';
import { foldedText } from './near/tokens.ts';

/**
 * What decides on an article's links. The links of all articles follow from their facts alone:
 *
 * 1. An article that declares the address of another as canonical follows it, where their titles or texts agree and
 *    the other declares no address but its own. So only the one who declares becomes a copy, never the declared one,
 *    and a page that declares the address of a stranger's different article gains nothing.
 * 2. Articles that declare the same address, which is nobody's own, under the same title follow the first of them;
 *    those on the host of the declared address come before others.
 * 3. Of articles with the same text that follow nobody by 1 or 2, the earliest is the original of the others.
 * 4. Texts may be near without being the same (near/nearness.ts). For each text stands the earliest article that has it
 *    and follows nobody by 1 or 2. It follows the earliest of those before it that are near and follow no near text
 *    themselves; where there is none, the original of the earliest that does. A copy of such a copy stands for itself:
 *    nearness wears off from copy to copy.
 * 5. A copy's link leads to the end: where the one it follows is itself a copy by 3 or 4, to that one's original. Its
 *    reason is the weakest on the way.
 *
 * Earliest is by (published_at, article_id). Private articles and public ones never form groups: a link would tell
 * that the private one exists.
 *
 * An article follows another only where their times (`timeOf`) are no further apart than the window. So in a group
 * there may be several that are followed: in its order, each of whom no earlier one of them is within the window. An
 * article follows the first of these within its own, and so it is with the article that stands for a near text. Each
 * step on the way to an original is within the window, not all of them together.
 */
export interface Facts {
  /** Of the article; older facts never replace newer ones. */
  readonly version: number;
  /** Key of the group of the same text; empty where the text is too short to tell anything. */
  readonly text: string;
  /** Hash of the title; empty where the title is too short. */
  readonly title: string;
  /** Id that the article at the declared address has or would have; empty where none but its own is declared. */
  readonly claims: string;
  /** Order in the group of the same text: Unix time of publication in milliseconds. */
  readonly textRank: number;
  /** Unix time in milliseconds. */
  readonly fetchedAt: number;
  /** Order in the group of those that declare the same address. */
  readonly declaredRank: number;
  /** By which near texts are found; null where `text` is empty or the text too short for it. */
  readonly near: NearFacts | null;
}

/** A shorter text is a stub, a teaser or a notice, which articles share without being copies. */
const minTextCharacters = 200;
const minTextWords = 40;

/** A shorter title is a rubric ("Live", "Editorial") and shared by different articles. */
const minTitleCharacters = 12;

/** Puts an article behind all that lack this, whenever they were published. Sums stay exact integers. */
const behind = 1e15;

type Judged = Pick<
  Article,
  | 'article_id'
  | 'version'
  | 'visibility'
  | 'url'
  | 'canonical_url'
  | 'title'
  | 'text'
  | 'text_hash'
  | 'published_at'
  | 'fetched_at'
>;

export function factsOf(article: Judged): Facts {
  const declared = declaredAddress(article);
  const isForeign = declared !== null && new URL(declared).host !== new URL(article.url).host;
  const isLong = isLongEnough(article.text);
  return {
    version: article.version,
    text: isLong ? shortHash(`${article.visibility}:${article.text_hash}`) : '',
    title: titleKey(article.title),
    claims: declared === null ? '' : articleId(article.visibility, declared),
    textRank: article.published_at,
    fetchedAt: article.fetched_at,
    declaredRank: article.published_at + (isForeign ? behind : 0),
    near: isLong ? nearFactsOf(article.visibility, article.text) : null,
  };
}

/**
 * The time by which the window is judged, in milliseconds since 1970: of publication, which stays when an article is
 * collected anew. Of what was collected more than a window later it is the time of collection: an archive meets what
 * comes with it, and what was published with it is forgotten.
 */
export function timeOf({ textRank, fetchedAt }: Pick<Facts, 'textRank' | 'fetchedAt'>, windowMs: number): number {
  return fetchedAt - textRank > windowMs ? fetchedAt : textRank;
}

/**
 * The canonical address where it says something: not the article's own, and not a home page, which careless sites
 * declare on every page.
 */
function declaredAddress({ url, canonical_url: canonical }: Judged): string | null {
  if (canonical === null || canonical === url || !URL.canParse(canonical)) return null;
  const { pathname, search, hash } = new URL(canonical);
  return pathname === '/' && search === '' && hash === '' ? null : canonical;
}

function isLongEnough(text: string): boolean {
  const folded = foldedText(text);
  return folded.length >= minTextCharacters || folded.split(' ').length >= minTextWords;
}

function titleKey(title: string): string {
  const folded = title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (folded.length < minTitleCharacters) return '';
  return shortHash(folded);
}

/** 96 bits of SHA-256, in characters that sort below `~`: keys and members of which there are many. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
