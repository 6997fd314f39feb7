import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { canonicalizeUrl } from '../../domain/canonical-url.ts';
import { htmlToText, TooComplex } from '../../domain/html-text.ts';
import { articleId } from '../../domain/identity.ts';
import type { CollectRequest, FeedEntry, RawArticle, RawPage } from '../../schemas/types.ts';
import { PutOffError } from '../../streams/errors.ts';
import type { HttpResponse } from '../../streams/http/client.ts';
import { dead, emit, type Outcome, type StageContext } from '../../streams/stage.ts';
import type { PageTries } from './page-tries.ts';
import { isPassing, type PoliteClient, retryAfterMs, SiteResting } from './polite-client.ts';
import { parsedConfig } from './parsed-config.ts';
import { problemOfStatus, SourceProblem, sourceProblemOf } from './source-problem.ts';

const accept = 'text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.5';
/** Longer pages are cut: no article is that long. */
const maxPageBytes = 5_000_000;
/** What a record of raw-article may hold of a page, so that it stays below the topic's 4 MB with its entry. */
const maxCompressedBytes = 2_800_000;
/** An entry with so much text of its own is whole; its page is not fetched. */
const fullTextCharacters = 2_500;
/** A longer X-Robots-Tag says nothing more. */
const maxRobotsCharacters = 2_000;

/** After its first try a page is tried so often again. */
const maxPutOffs = 3;
const firstPauseMs = 60_000;
/** Rather than wait longer for its page, an article is made without it: now is better than tomorrow. */
const maxPauseMs = 15 * 60_000;

/**
 * Fetches the page of a feed's entry. A page that cannot be had still gives an article: from the entry alone.
 *
 * @param tries without them every failure is final
 * @throws PutOffError where the network or a site that is overloaded may let us have it later
 */
export async function collectPage(
  request: CollectRequest,
  client: PoliteClient,
  context: StageContext,
  tries?: PageTries,
): Promise<Outcome<'raw-article'>> {
  const { entry, url } = request;
  if (entry === null) return dead('page-request-without-entry');
  const canonicalUrl = canonicalizeUrl(url);
  if (canonicalUrl === null) return dead('bad-url', url);

  const { page, problem } = hasFullText(entry)
    ? { page: null, problem: null }
    : await fetchPage(request, client, context);
  if (problem !== null && isPassing(problem) && tries !== undefined) {
    const pauseMs = pauseAfter(problem, await tries.failed(request.request_id));
    if (pauseMs !== null) throw new PutOffError(problem.message, pauseMs, { cause: problem });
  }
  const fetchedMs = Math.trunc(context.now());
  const id = articleId(request.visibility, canonicalUrl);
  const value: RawArticle = {
    article_id: id,
    // Not when it was fetched: a request that is done again after a crash, behind a newer one, must not look newer.
    version: Math.trunc(request.requested_at) * 1000,
    visibility: request.visibility,
    url: canonicalUrl,
    feed_id: request.feed_id,
    connector: request.connector,
    fetched_at: fetchedMs,
    entry,
    page,
    page_error: problem?.message ?? null,
    extraction: settingsOf(request.config, 'extraction'),
    enrichment: settingsOf(request.config, 'enrichment'),
  };
  return emit([{ topic: 'raw-article', key: id, value }]);
}

/** @returns milliseconds; null where the article is to do without its page */
function pauseAfter(problem: SourceProblem, failures: number): number | null {
  if (failures > maxPutOffs) return null;
  const wantedMs = problem instanceof SiteResting || problem instanceof Refusal ? problem.afterMs : null;
  const pauseMs = wantedMs ?? firstPauseMs * 2 ** (failures - 1);
  return pauseMs > maxPauseMs ? null : pauseMs;
}

/** An answer 429 or 503. */
class Refusal extends SourceProblem {
  override name = 'Refusal';
  /** As the server asks; null where it does not. */
  readonly afterMs: number | null;

  constructor({ code, message, httpStatus }: SourceProblem, afterMs: number | null) {
    super(code, message, httpStatus);
    this.afterMs = afterMs;
  }
}

/** @returns the source's settings for a later stage, as JSON; null where it has none */
function settingsOf(config: string, stage: 'extraction' | 'enrichment'): string | null {
  const settings = parsedConfig(config);
  const found = typeof settings === 'object' && settings !== null ? Reflect.get(settings, stage) : undefined;
  return typeof found === 'object' && found !== null ? JSON.stringify(found) : null;
}

function hasFullText({ content_html }: FeedEntry): boolean {
  if (content_html === null || content_html.length < fullTextCharacters) return false;
  try {
    return htmlToText(content_html).length >= fullTextCharacters;
  } catch (error) {
    if (error instanceof TooComplex) return false;
    throw error;
  }
}

type Fetched =
  { readonly page: RawPage; readonly problem: null } | { readonly page: null; readonly problem: SourceProblem };

async function fetchPage(
  { url, delay_ms: delayMs }: CollectRequest,
  client: PoliteClient,
  context: StageContext,
): Promise<Fetched> {
  try {
    const limits = { maxBytes: maxPageBytes, whenLonger: 'truncate' } as const;
    const response = await client.get(url, { accept, delayMs, ...limits }, context);
    const { status, headers, finalUrl } = response;
    if (status === 429 || status === 503) {
      const problem = problemOfStatus(status, new URL(finalUrl).host);
      throw new Refusal(problem, retryAfterMs(headers['retry-after'], context.now()));
    }
    return { page: await rawPage(response), problem: null };
  } catch (error) {
    const problem = sourceProblemOf(error);
    context.log.debug({ url, code: problem.code, detail: problem.message }, 'a page could not be collected');
    return { page: null, problem };
  }
}

async function rawPage({ status, headers, body, finalUrl, truncated }: HttpResponse): Promise<RawPage> {
  const { host } = new URL(finalUrl);
  if (status < 200 || status > 299) throw problemOfStatus(status, host);
  const contentType = headers['content-type'] ?? '';
  if (!isDocument(contentType)) {
    throw new SourceProblem(
      'not-a-page',
      `${host} sent ${contentType.slice(0, 100)} where a web page was expected`,
      status,
    );
  }
  const fitting = await compressed(body);
  return {
    final_url: finalUrl,
    status,
    content_type: contentType,
    body_gzip: fitting.bytes,
    truncated: truncated || fitting.cut,
    robots: headers['x-robots-tag']?.slice(0, maxRobotsCharacters) ?? null,
  };
}

function isDocument(contentType: string): boolean {
  return contentType === '' || /^\s*(?:text\/(?:html|plain|xml)|application\/(?:[\w.-]+\+)?xml)\b/i.test(contentType);
}

const gzipInThread = promisify(gzip);

/** A page that hardly compresses is no text; what fits of it is kept. */
async function compressed(body: Buffer): Promise<{ readonly bytes: Buffer; readonly cut: boolean }> {
  for (let part = body; ; part = part.subarray(0, part.length / 2)) {
    const bytes = await gzipInThread(part);
    if (bytes.length <= maxCompressedBytes) return { bytes, cut: part.length < body.length };
  }
}
