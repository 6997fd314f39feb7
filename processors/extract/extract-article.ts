import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { absoluteUrl, canonicalizeUrl } from '../../domain/canonical-url.ts';
import { capped, cappedBytes, oneLine } from '../../domain/clean-text.ts';
import { parseDate, plausibleDate } from '../../domain/dates.ts';
import { decodeDocument } from '../../domain/decode-bytes.ts';
import { htmlToText, TooComplex } from '../../domain/html-text.ts';
import { languageTag } from '../../domain/language-tag.ts';
import { plainLine, plainNames } from '../../domain/plain-line.ts';
import type { Article, RawArticle, RawPage } from '../../schemas/types.ts';
import { articleBody } from './article-body.ts';
import { authorNames } from './author-names.ts';
import { type PageContent, pageContent } from './page-content.ts';
import { revision } from './revision.ts';
import { textHash } from './text-hash.ts';
import { withheldBy } from './withheld.ts';

const caps = {
  pageBytes: 16_000_000,
  textBytes: 1_000_000,
  htmlBytes: 1_500_000,
  summaryCharacters: 5_000,
  authors: 20,
  tags: 50,
};

/** The article that a feed's entry and its page make. Never fails for what they hold. */
export function extractArticle(raw: RawArticle): Article {
  const { entry, fetched_at } = raw;
  const read = raw.page === null ? null : readPage(raw.page, raw);
  const withheld = read === null ? null : withheldBy(raw.page?.robots ?? null, read.metadata.robots);
  // What its publisher wants no copy of is made from what the feed gives.
  const page = withheld === null ? read : null;
  const metadata = page?.metadata;
  const pageUrl = raw.page?.final_url ?? raw.url;
  const body = articleBody(page, entry, pageUrl);
  const entryDate = entry.published_at ?? entry.updated_at;
  const pageDate = page?.publishedAt ?? null;
  const published = Math.min(entryDate ?? pageDate ?? fetched_at, fetched_at);
  const html =
    body.html === null || body.html === '' || Buffer.byteLength(body.html) > caps.htmlBytes ? null : body.html;
  const article = {
    article_id: raw.article_id,
    version: raw.version + revision,
    visibility: raw.visibility,
    url: raw.url,
    canonical_url: canonicalOf(metadata?.canonical ?? null, pageUrl),
    feed_ids: [raw.feed_id],
    site_name: plainLine(metadata?.siteName ?? '', true) || null,
    title: entry.title || plainLine(metadata?.title ?? '', false) || raw.url,
    text: cappedBytes(body.text, caps.textBytes),
    html,
    summary: summaryOf(raw, metadata?.description ?? null),
    authors: entry.authors.length > 0 ? entry.authors : authorNames(metadata?.authors ?? [], caps.authors),
    section: plainLine(metadata?.section ?? '', true) || null,
    paywall: metadata?.paywall ?? null,
    withheld,
    tags: plainNames([...entry.tags, ...(metadata?.tags ?? [])], caps.tags),
    image_url: imageOf(metadata?.image ?? null, pageUrl) ?? entry.image_url,
    language_hint: languageTag(metadata?.language ?? null) ?? entry.language,
    published_at: published,
    published_at_source: entryDate !== null ? 'entry' : pageDate !== null ? 'page' : 'fetched',
    modified_at: modifiedOf(pageTime(metadata?.modified ?? [], fetched_at) ?? entry.updated_at, published, fetched_at),
    fetched_at,
    extraction_method: body.method,
    extraction_confidence: body.confidence,
    enrichment: raw.enrichment,
  } as const;
  return { ...article, content_hash: contentHash(article), text_hash: textHash(article.text) };
}

/** @returns null where the page holds nothing to read, or is made to harm its readers */
function readPage(page: RawPage, { fetched_at, extraction }: RawArticle): PageContent | null {
  if (page.status < 200 || page.status > 299) return null;
  const bytes = gunzipSync(page.body_gzip, { maxOutputLength: caps.pageBytes });
  try {
    const html = decodeDocument(bytes, page.content_type);
    return pageContent({ html, url: page.final_url, fetchedAt: fetched_at, extraction });
  } catch (error) {
    if (error instanceof TooComplex) return null;
    throw error;
  }
}

/** A site that names its front page as the canonical address of all its articles would make one of them. */
function canonicalOf(declared: string | null, pageUrl: string): string | null {
  const canonical = declared === null ? null : canonicalizeUrl(declared, pageUrl);
  if (canonical === null) return null;
  const { pathname, search } = new URL(canonical);
  return pathname === '/' && search === '' && new URL(pageUrl).pathname !== '/' ? null : canonical;
}

function imageOf(declared: string | null, pageUrl: string): string | null {
  return declared === null || declared.trim() === '' ? null : absoluteUrl(declared, pageUrl);
}

function summaryOf(raw: RawArticle, description: string | null): string | null {
  const { summary_html } = raw.entry;
  const own = summary_html === null ? '' : textOrNothing(summary_html);
  return capped(own || oneLine(textOrNothing(description ?? '')), caps.summaryCharacters) || null;
}

function textOrNothing(html: string): string {
  try {
    return htmlToText(html);
  } catch (error) {
    if (error instanceof TooComplex) return '';
    throw error;
  }
}

/** The first that can be read and believed. */
function pageTime(texts: readonly string[], fetchedMs: number): number | null {
  for (const text of texts) {
    const ms = plausibleDate(parseDate(text), fetchedMs);
    if (ms !== null) return ms;
  }
  return null;
}

function modifiedOf(modified: number | null, published: number, fetchedMs: number): number | null {
  return modified === null || modified <= published ? null : Math.min(modified, fetchedMs);
}

/** SHA-256 over all that makes a new version worth passing on. */
function contentHash(article: Omit<Article, 'content_hash' | 'text_hash'>): string {
  const {
    title,
    text,
    html,
    summary,
    authors,
    tags,
    section,
    paywall,
    withheld,
    image_url,
    canonical_url,
    published_at,
    published_at_source,
    modified_at,
  } = article;
  // A date of fetching is no news.
  const published = published_at_source === 'fetched' ? null : published_at;
  const described: unknown[] = [title, text, html, summary, authors, tags, section, paywall, withheld];
  const content = described.concat(image_url, canonical_url, published, modified_at);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
