import { registrableDomain } from '../../domain/registrable-domain.ts';
import type { ParsedFeed } from '../collect/connector.ts';

const slowMs = 5_000;
const permanent: ReadonlySet<number> = new Set([301, 308]);

/** What a person should know before following a source, in words; what the parser noticed first. */
export function warningsOf(seen: {
  readonly url: string;
  readonly feed: ParsedFeed;
  /** Of the articles that were extracted, those without any text. */
  readonly emptyArticles: number;
  readonly shownArticles: number;
  readonly redirects: readonly { readonly status: number; readonly from: string; readonly to: string }[];
  /** Spent on fetching the source itself. */
  readonly collectMs: number;
  readonly nowMs: number;
}): readonly string[] {
  const { url, feed, redirects, nowMs } = seen;
  const { entries } = feed;
  const dates = entries.map(({ published_at, updated_at }) => published_at ?? updated_at);
  const undated = dates.filter((date) => date === null).length;
  const future = dates.filter((date) => date !== null && date > nowMs).length;
  const textless = entries.filter(({ summary_html, content_html }) => (summary_html ?? content_html) === null).length;
  const moved = redirects.find(({ status, from }) => permanent.has(status) && from === new URL(url).href);
  const elsewhere = entries.filter(
    (entry) =>
      registrableDomain(entry.url) !== registrableDomain(feed.site_url ?? url) &&
      registrableDomain(entry.url) !== registrableDomain(url),
  );
  const { protocol, href } = new URL(url);

  const own: (string | false)[] = [
    entries.length === 0 && 'it holds no entries just now',
    entries.length > 0 &&
      undated === entries.length &&
      'no entry has a date: the time of the fetch or the page will do',
    undated > 0 && undated < entries.length && `${undated} of ${entries.length} entries have no date`,
    future > 0 && future === entries.length && 'all dates lie in the future: the clock of the site is wrong',
    textless > 0 && `${textless} of ${entries.length} entries have no text: it is taken from their pages`,
    elsewhere.length > 0 && `${elsewhere.length} of ${entries.length} links lead to other sites`,
    seen.shownArticles > 0 &&
      seen.emptyArticles === seen.shownArticles &&
      'no text was found on the pages of the first entries: try the setting "extraction"',
    moved !== undefined && `it has moved for good to ${moved.to}: follow that address`,
    seen.collectMs > slowMs && `it is slow: ${(seen.collectMs / 1000).toFixed(1)} s to fetch it`,
    protocol === 'http:' &&
      `it comes over http, which others can read and change: try ${href.replace('http:', 'https:')}`,
  ];
  return [...feed.warnings, ...own.filter((words) => words !== false)];
}
