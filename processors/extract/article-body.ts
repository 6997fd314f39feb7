import type { FeedEntry } from '../../schemas/types.ts';
import { assertReadable, htmlToText, TooComplex } from '../../domain/html-text.ts';
import type { PageContent } from './page-content.ts';
import { sanitize } from './sanitize.ts';
import { withoutLeadingTitle } from './text-hash.ts';

export interface ArticleBody {
  readonly text: string;
  readonly html: string | null;
  readonly method: PageContent['method'] | 'feed-content' | 'feed-summary' | 'title-only';
  /** 0 to 1. */
  readonly confidence: number;
}

/** A page's text wins over the entry's also where it is a little shorter: headings and captions are counted apart. */
const nearlyAll = 0.9;
const longCharacters = 1_000;
const shortCharacters = 250;

/**
 * The longest of what the page and the entry give.
 *
 * @param page null where there is none
 */
export function articleBody(page: PageContent | null, entry: FeedEntry, url: string): ArticleBody {
  const content = entryHtml(entry.content_html, url);
  const summary = entryHtml(entry.summary_html, url);
  const titles = [entry.title, page?.metadata.title ?? null];
  const pageText = withoutLeadingTitle(page?.text ?? '', titles);
  const own = Math.max(visibleLength(content.text), visibleLength(summary.text));
  if (page !== null && pageText !== '' && visibleLength(pageText) >= own * nearlyAll) {
    const confidence = byLength(pageText, 0.9, 0.7, 0.4);
    return { text: pageText, html: page.html, method: page.method, confidence };
  }
  if (content.text !== '' && visibleLength(content.text) >= visibleLength(summary.text)) {
    const text = withoutLeadingTitle(content.text, titles);
    return { text, html: content.html, method: 'feed-content', confidence: byLength(text, 0.8, 0.6, 0.4) };
  }
  if (summary.text !== '') {
    return {
      text: summary.text,
      html: summary.html,
      method: 'feed-summary',
      confidence: byLength(summary.text, 0.6, 0.4, 0.2),
    };
  }
  return { text: '', html: null, method: 'title-only', confidence: 0 };
}

function entryHtml(html: string | null, base: string): { readonly text: string; readonly html: string } {
  if (html === null) return { text: '', html: '' };
  try {
    assertReadable(html);
    const text = htmlToText(html);
    return { text, html: sanitize(html, base) };
  } catch (error) {
    if (error instanceof TooComplex) return { text: '', html: '' };
    throw error;
  }
}

function byLength(text: string, long: number, middle: number, short: number): number {
  if (text.length >= longCharacters) return long;
  return text.length >= shortCharacters ? middle : short;
}

function visibleLength(text: string): number {
  return text.replace(/\s+/g, '').length;
}
