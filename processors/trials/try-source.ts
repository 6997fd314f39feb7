import { canonicalizeUrl } from '../../domain/canonical-url.ts';
import { articleId } from '../../domain/identity.ts';
import type { SourceTrial, TrialArticle, TriedSource } from '../../domain/source-trial.ts';
import type { CollectRequest, FeedEntry } from '../../schemas/types.ts';
import { collectPage } from '../collect/collect-page.ts';
import type { Collected } from '../collect/connector.ts';
import { connectorNamed } from '../collect/connectors.ts';
import { sourceProblemOf } from '../collect/source-problem.ts';
import { timedClient, type TrialTools, waitingUntil } from './trial-tools.ts';
import { warningsOf } from './warnings.ts';

const shownArticles = 3;

/**
 * Collects a source once, extracts its first articles, and stores nothing: neither what was seen nor validators.
 *
 * @throws the signal's reason, once it is aborted
 */
export async function trySource(source: TriedSource, tools: TrialTools, signal: AbortSignal): Promise<SourceTrial> {
  const { url, connector, config, credentials } = source;
  const timings = { robots_ms: 0, fetch_ms: 0, parse_ms: 0, extract_ms: 0 };
  const timed = async <T>(name: keyof typeof timings, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    try {
      return await work;
    } finally {
      timings[name] += performance.now() - startedAt;
    }
  };
  const client = timedClient(tools.http, timings);
  const waiting = waitingUntil(signal);
  const redirects: { status: number; from: string; to: string }[] = [];
  let collected: Collected;
  try {
    collected = await connectorNamed(connector).collect(
      {
        url,
        validators: null,
        credentials,
        nowMs: Date.now(),
        async get(address, options) {
          const response = await client.get(address, options, waiting);
          redirects.push(...response.redirects.map((each) => ({ ...each, to: response.finalUrl })));
          return response;
        },
        parse: (document) => timed('parse_ms', tools.parser.parse(document, Date.now())),
        read: {
          list: (document, selectors) => timed('parse_ms', tools.reader.list(document, selectors)),
          sitemap: (document) => timed('parse_ms', tools.reader.sitemap(document)),
        },
      },
      config,
    );
  } catch (error) {
    const problem = sourceProblemOf(error);
    const { code: error_code, message: error_detail, httpStatus: http_status } = problem;
    return { ...empty, url, ok: false, http_status, error_code, error_detail, timings: rounded(timings) };
  }
  if (collected.kind === 'not-modified') throw new Error('a trial knows no earlier collection');

  const { title, site_url, entries } = collected.feed;
  const collectMs = timings.fetch_ms;
  const articles: TrialArticle[] = [];
  for (const entry of entries.slice(0, shownArticles)) {
    const article = await articleOf(entry, source, { client, tools, waiting, timed });
    if (article !== null) articles.push(article);
  }
  return {
    ...empty,
    url,
    http_status: collected.status,
    title,
    site_url,
    entries,
    articles,
    warnings: warningsOf({
      url,
      feed: collected.feed,
      emptyArticles: articles.filter(({ text }) => text.trim() === '').length,
      shownArticles: articles.length,
      redirects,
      collectMs,
      nowMs: Date.now(),
    }),
    timings: rounded(timings),
  };
}

const empty = {
  ok: true,
  error_code: null,
  error_detail: null,
  title: null,
  site_url: null,
  entries: [],
  articles: [],
  warnings: [],
};

/** By the same steps as the stages collect and extract. */
async function articleOf(
  entry: FeedEntry,
  source: TriedSource,
  { client, tools, waiting, timed }: ArticleTools,
): Promise<TrialArticle | null> {
  const visibility = 'public';
  const request: CollectRequest = {
    request_id: articleId(visibility, canonicalizeUrl(entry.url) ?? entry.url),
    kind: 'page',
    reason: 'user',
    feed_id: 'trial',
    connector: source.connector,
    config: JSON.stringify(source.config ?? {}),
    url: entry.url,
    visibility,
    requested_at: waiting.now(),
    entry,
    credentials: null,
    delay_ms: 0,
  };
  const outcome = await collectPage(request, client, { ...waiting, log: tools.log });
  const raw = outcome.kind === 'emit' ? outcome.outputs[0]?.value : undefined;
  if (raw === undefined || raw === null) return null;
  const article = await timed('extract_ms', tools.extractor.extract(raw, tools.log));
  return {
    url: article.url,
    title: article.title,
    text: article.text,
    authors: article.authors,
    image_url: article.image_url,
    published_at: article.published_at,
    published_at_source: article.published_at_source,
    extraction_method: article.extraction_method,
    extraction_confidence: article.extraction_confidence,
    page_error: raw.page_error,
  };
}

interface ArticleTools {
  readonly client: ReturnType<typeof timedClient>;
  readonly tools: TrialTools;
  readonly waiting: ReturnType<typeof waitingUntil>;
  readonly timed: <T>(name: 'extract_ms', work: Promise<T>) => Promise<T>;
}

function rounded(timings: SourceTrial['timings']): SourceTrial['timings'] {
  return {
    robots_ms: Math.round(timings.robots_ms),
    fetch_ms: Math.round(timings.fetch_ms),
    parse_ms: Math.round(timings.parse_ms),
    extract_ms: Math.round(timings.extract_ms),
  };
}
