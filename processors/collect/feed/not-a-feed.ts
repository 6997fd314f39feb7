import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { SourceProblem } from '../source-problem.ts';

/** A web page: its first element says so, whatever stands before it. */
export function isWebPage(text: string): boolean {
  return /^(?:<!--[^>]*-->\s*|<\?xml[^>]*>\s*)*(?:<!doctype\s+html|<html|<head|<body)[\s>]/i.test(text.slice(0, 4_000));
}

/** People paste the address of a site; its page mostly says where its feed is. */
export function webPageInstead(text: string, url: string): SourceProblem {
  const links = text.slice(0, 200_000).match(/<link\s[^<>]*>/gi) ?? [];
  const link = links.find((tag) => /type\s*=\s*["']?application\/(?:rss|atom|rdf|feed)\+(?:xml|json)/i.test(tag));
  const href = link === undefined ? undefined : /href\s*=\s*["']?([^"'\s>]+)/i.exec(link)?.[1];
  const found = href === undefined ? null : absoluteUrl(href.replaceAll('&amp;', '&'), url);
  const next =
    found === null
      ? 'perhaps the feed has moved, or wants a login; open the address in a browser to see'
      : `the page says that its feed is ${found}`;
  return new SourceProblem('not-a-feed', `${url} is a web page and no feed: ${next}`);
}
