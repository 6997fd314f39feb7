import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { sitemap as settings } from '../../../domain/connectors/sitemap.ts';
import { parseDate } from '../../../domain/dates.ts';
import { type ConnectorContext, defineConnector } from '../connector.ts';
import type { SitemapEntry } from '../documents/read-sitemap.ts';
import { getIfChanged } from '../get-if-changed.ts';
import { madeFeed } from '../made-feed.ts';
import { sourceProblemOf } from '../source-problem.ts';

const accept = 'application/xml, text/xml, */*;q=0.5';
/** The protocol knows no index within an index; some sites have one all the same. */
const maxDepth = 2;
const hourMs = 3_600_000;

export const sitemap = defineConnector({
  settings,
  purpose: 'Reads a news sitemap, or the newest sitemaps of an index.',
  limits: { requests: 51, bytes: 15_000_000 },
  async collect(context, config) {
    const answer = await getIfChanged(context, accept);
    if (answer.kind === 'not-modified') return answer;
    const { status, document } = answer;
    const sinceMs = context.nowMs - config.max_age_hours * hourMs;
    const root = await context.read.sitemap(document);
    const warnings: string[] = [];
    // What changes is in the sitemaps below: an index that is as it was says nothing of them.
    const validators = root.kind === 'index' ? null : answer.validators;
    const entries =
      root.kind === 'urls'
        ? root.entries
        : await entriesBelow(
            root.entries,
            context,
            { sinceMs, left: config.max_sitemaps, url: document.url },
            warnings,
          );

    const recent = entries.filter((entry) => changedMs(entry) !== null && (changedMs(entry) ?? 0) >= sinceMs);
    const undated = entries.filter((entry) => changedMs(entry) === null).length;
    if (undated > 0) warnings.push(`${undated} addresses without a date were left out`);
    const wanted = recent.filter(({ loc }) => hasPrefix(loc, document.url, config.path_prefix));
    const newest = wanted.toSorted((a, b) => (changedMs(b) ?? 0) - (changedMs(a) ?? 0)).slice(0, config.limit);
    const { origin } = new URL(document.url);
    const feed = await context.parse(
      madeFeed({ title: null, siteUrl: origin, url: document.url, items: newest.map(itemOf) }),
    );
    return { kind: 'collected', status, feed: { ...feed, warnings: [...feed.warnings, ...warnings] }, validators };
  },
});

interface Below {
  readonly sinceMs: number;
  /** Sitemaps that may still be read; counted down. */
  left: number;
  /** Of the index. */
  readonly url: string;
}

async function entriesBelow(
  index: readonly SitemapEntry[],
  context: ConnectorContext,
  below: Below,
  warnings: string[],
  depth = 1,
): Promise<readonly SitemapEntry[]> {
  const found: SitemapEntry[] = [];
  const { origin } = new URL(below.url);
  const children = promisingFirst(index, below.sinceMs);
  for (const { loc } of children) {
    const url = absoluteUrl(loc, below.url);
    // A site speaks for itself: what it lists elsewhere is not asked on its word.
    if (url === null || new URL(url).origin !== origin || url === below.url) continue;
    if (below.left === 0) break;
    below.left -= 1;
    try {
      const answer = await getIfChanged({ url, validators: null, get: context.get }, accept);
      if (answer.kind === 'not-modified') continue;
      const child = await context.read.sitemap(answer.document);
      if (child.kind === 'urls') found.push(...child.entries);
      else if (depth < maxDepth)
        found.push(...(await entriesBelow(child.entries, context, below, warnings, depth + 1)));
    } catch (error) {
      warnings.push(`the sitemap ${url} was left out: ${sourceProblemOf(error).message}`);
    }
  }
  return found;
}

/** Those with news in their names, then the newest; what says to be older than is wanted is not read. */
function promisingFirst(index: readonly SitemapEntry[], sinceMs: number): readonly SitemapEntry[] {
  const recent = index.filter((entry) => (changedMs(entry) ?? Number.POSITIVE_INFINITY) >= sinceMs);
  return recent.toSorted((a, b) => isOfNews(b) - isOfNews(a) || (changedMs(b) ?? 0) - (changedMs(a) ?? 0));
}

function isOfNews({ loc }: SitemapEntry): number {
  return /news/i.test(loc) ? 1 : 0;
}

/** Milliseconds since 1970. */
function changedMs({ published, lastmod }: SitemapEntry): number | null {
  return parseDate(published ?? '') ?? parseDate(lastmod ?? '');
}

function hasPrefix(loc: string, base: string, prefix: string | undefined): boolean {
  return prefix === undefined || URL.parse(loc, base)?.pathname.startsWith(prefix) === true;
}

/** A date of change is none of publication. */
function itemOf(entry: SitemapEntry) {
  return {
    url: entry.loc,
    title: entry.title ?? undefined,
    date_published: entry.published ?? undefined,
    date_modified: entry.lastmod ?? undefined,
    tags: entry.keywords?.split(',').map((word) => word.trim()),
    image: entry.image ?? undefined,
    language: entry.language ?? undefined,
  };
}
