import type { Candidate } from './candidate.ts';

const staleMs = 60 * 24 * 3_600_000;
const kinds = { rss: 0, atom: 0, 'json-feed': 0, sitemap: 1, html: 2 } as const;

/**
 * The best first: feeds before sitemaps before a page's headlines, those with entries before empty ones, those of the
 * articles before those of comments, living ones before those that have ended, and then in the order in which the site
 * names them.
 */
export function ranked(candidates: readonly Candidate[], pageUrl: string, nowMs: number): readonly Candidate[] {
  const { hostname } = new URL(pageUrl);
  const keys = (candidate: Candidate): readonly number[] => [
    kinds[candidate.type],
    candidate.item_count > 0 ? 0 : 1,
    isOfComments(candidate) ? 1 : 0,
    candidate.newest_at !== null && nowMs - candidate.newest_at > staleMs ? 1 : 0,
    new URL(candidate.url).hostname === hostname ? 0 : 1,
  ];
  return candidates.toSorted((a, b) => {
    const [first, second] = [keys(a), keys(b)];
    const at = first.findIndex((key, index) => key !== second[index]);
    return at === -1 ? 0 : (first[at] ?? 0) - (second[at] ?? 0);
  });
}

function isOfComments({ url, title }: Candidate): boolean {
  return /comments?(?:[/._-]|$)|kommentar|commentaires/i.test(`${new URL(url).pathname} ${title ?? ''}`);
}
