import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import { cleanText, oneLine } from '../../../domain/clean-text.ts';
import type { FeedDocument } from '../feed-document.ts';
import { SourceProblem } from '../source-problem.ts';

/** A sitemap (sitemaps.org) with the news extension, or an index of sitemaps; texts as written. */
export interface Sitemap {
  readonly kind: 'urls' | 'index';
  readonly entries: readonly SitemapEntry[];
  /** True where it listed more than is read of one file. */
  readonly truncated: boolean;
}

export interface SitemapEntry {
  readonly loc: string;
  readonly lastmod: string | null;
  /** Of the news extension: null without it. */
  readonly published: string | null;
  readonly title: string | null;
  readonly language: string | null;
  readonly keywords: string | null;
  readonly image: string | null;
}

/** As the protocol allows in one file. */
const maxEntries = 50_000;
const maxBytes = 50_000_000;
const maxDepth = 64;
const maxTextCharacters = 5_000;

/**
 * One pass, no tree. Entities that a document declares itself are not resolved.
 *
 * @throws SourceProblem not-a-sitemap
 */
export function readSitemap(document: FeedDocument): Sitemap {
  const { host } = new URL(document.url);
  const text = cleanText(decodeDocument(unpacked(document.bytes, host), document.contentType));
  const entries: SitemapEntry[] = [];
  let kind: Sitemap['kind'] | null = null;
  let depth = 0;
  let truncated = false;
  /** What is collected of the entry that is open, by element: `loc`, `news.title`. */
  let fields: Map<string, string> | null = null;
  const path: string[] = [];

  const parser = new Parser(
    {
      onopentagname(qualified) {
        const name = localName(qualified);
        depth += 1;
        if (depth > maxDepth)
          throw new SourceProblem('not-a-sitemap', `${host} sent XML nested deeper than ${maxDepth}`);
        if (depth === 1) {
          if (name !== 'urlset' && name !== 'sitemapindex') {
            throw new SourceProblem(
              'not-a-sitemap',
              `${host} sent <${name.slice(0, 50)}> where a sitemap was expected`,
            );
          }
          kind = name === 'urlset' ? 'urls' : 'index';
        }
        if (depth === 2) fields = name === 'url' || name === 'sitemap' ? new Map() : null;
        if (depth > 2) path.push(name);
      },
      ontext(words) {
        if (fields === null || path.length === 0) return;
        const key = path.join('.');
        const known = fields.get(key) ?? '';
        if (known.length < maxTextCharacters) fields.set(key, known + words.slice(0, maxTextCharacters));
      },
      onclosetag() {
        if (depth === 2 && fields !== null) {
          const entry = entryOf(fields);
          if (entry !== null && entries.length < maxEntries) entries.push(entry);
          else if (entry !== null) truncated = true;
          fields = null;
        }
        if (depth > 2) path.pop();
        depth -= 1;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  if (kind === null) throw new SourceProblem('not-a-sitemap', `${host} sent nothing where a sitemap was expected`);
  return { kind, entries, truncated };
}

function entryOf(fields: ReadonlyMap<string, string>): SitemapEntry | null {
  const value = (key: string): string | null => oneLine(fields.get(key) ?? '') || null;
  const loc = value('loc');
  if (loc === null) return null;
  return {
    loc,
    lastmod: value('lastmod'),
    published: value('news.publication_date'),
    title: value('news.title'),
    language: value('news.publication.language'),
    keywords: value('news.keywords'),
    image: value('image.loc'),
  };
}

/** Prefixes are a matter of taste; what an element means follows from where it stands. */
function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1).toLowerCase();
}

/** Files named .xml.gz come compressed without a header that says so. */
function unpacked(bytes: Uint8Array, host: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    throw new SourceProblem(
      'not-a-sitemap',
      `${host} sent a compressed sitemap that is broken or longer than ${maxBytes / 1e6} MB`,
    );
  }
}
