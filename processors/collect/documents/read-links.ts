import { Parser } from 'htmlparser2';
import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { oneLine } from '../../../domain/clean-text.ts';
import type { FeedDocument } from '../feed-document.ts';
import { pageText } from './page-text.ts';

/** The links of a page that may lead to feeds: absolute, each once, in the order of the page. */
export interface PageLinks {
  readonly title: string | null;
  /** Of `<link rel="alternate">` with the type of a feed. */
  readonly declared: readonly FeedLink[];
  /** Of anchors that look like feeds. */
  readonly anchors: readonly FeedLink[];
}

export interface FeedLink {
  readonly url: string;
  readonly title: string | null;
}

const maxLinks = 20;
const maxTextCharacters = 200;
const feedType = /^\s*application\/(?:rss|atom|rdf|feed)\+(?:xml|json)|^\s*application\/json\s*$/i;
const feedPath = /(?:^|[/._-])(?:feeds?|rss2?|atom|rdf)(?:[/._-]|$)|\.(?:rss|atom|rdf)$|feed\.json$/i;

export function readLinks(document: FeedDocument): PageLinks {
  const declared = new Map<string, FeedLink>();
  const anchors = new Map<string, FeedLink>();
  let base = document.url;
  let title: string | null = null;
  let inTitle = false;
  let anchor: { readonly url: string; text: string } | null = null;

  const add = (to: Map<string, FeedLink>, url: string, text: string): void => {
    if (to.size < maxLinks && !to.has(url)) to.set(url, { url, title: oneLine(text) || null });
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      const href = attributes['href'];
      if (name === 'title') inTitle = title === null;
      if (href === undefined) return;
      if (name === 'base') base = absoluteUrl(href, document.url) ?? base;
      const url = absoluteUrl(href.trim(), base);
      if (url === null) return;
      const rel = (attributes['rel'] ?? '').toLowerCase().split(/\s+/);
      if (name === 'link' && rel.includes('alternate') && feedType.test(attributes['type'] ?? '')) {
        add(declared, url, attributes['title']?.slice(0, maxTextCharacters) ?? '');
      }
      if (name === 'a') anchor = { url, text: '' };
    },
    ontext(text) {
      if (inTitle) title = `${title ?? ''}${text}`.slice(0, maxTextCharacters);
      if (anchor !== null && anchor.text.length < maxTextCharacters) anchor.text += text.slice(0, maxTextCharacters);
    },
    onclosetag(name) {
      if (name === 'title') inTitle = false;
      if (name !== 'a' || anchor === null) return;
      const { pathname, search } = new URL(anchor.url);
      if (feedPath.test(pathname + search) || /^\s*(?:rss|atom|json)?[\s-]*feeds?\s*$|^\s*rss\s*$/i.test(anchor.text)) {
        add(anchors, anchor.url, anchor.text);
      }
      anchor = null;
    },
  });
  parser.end(pageText(document));
  return {
    title: title === null ? null : oneLine(title) || null,
    declared: [...declared.values()],
    anchors: [...anchors.values()],
  };
}
