import type { FeedStatus } from '../../schemas/types.ts';
import type { StageContext } from '../../streams/stage.ts';
import {
  retryAfterMs,
  type PoliteClient,
  type PoliteOptions,
  type PoliteResponse,
  SiteResting,
} from './polite-client.ts';

/** What the answers of a collection tell about the source, besides what it holds. */
export interface WatchedGet {
  readonly get: (url: string, options: PoliteOptions) => Promise<PoliteResponse>;
  /** Milliseconds that were spent waiting for turns: the source's own slowness is without them. */
  waitedMs(): number;
  /** Of the first request, which is the one for the source's address. */
  seen(): Pick<FeedStatus, 'moved_to' | 'fresh_seconds' | 'retry_after_seconds'>;
  warnings(): readonly string[];
}

const longestSeconds = 366 * 24 * 3600;

/** @param delayMs of rest that the source wants for its site after each request */
export function watchedGet(client: PoliteClient, context: StageContext, delayMs: number): WatchedGet {
  let waitedMs = 0;
  let seen: ReturnType<WatchedGet['seen']> | undefined;
  const warnings: string[] = [];
  const waiting = {
    ...context,
    async sleep(ms: number, signal?: AbortSignal) {
      waitedMs += ms;
      await context.sleep(ms, signal);
    },
  };
  return {
    async get(url, options) {
      try {
        const response = await client.get(url, { ...options, delayMs }, waiting);
        seen ??= whatItTells(response, options, context.now());
        if (response.brokenConnections > 0) {
          warnings.push(`${new URL(url).host} ended the connection before its answer, and gave it at the second try`);
        }
        return response;
      } catch (error) {
        if (error instanceof SiteResting) seen ??= { ...nothing, retry_after_seconds: Math.ceil(error.afterMs / 1000) };
        throw error;
      }
    },
    waitedMs: () => waitedMs,
    seen: () => seen ?? nothing,
    warnings: () => warnings,
  };
}

const nothing = { moved_to: null, fresh_seconds: null, retry_after_seconds: null };

function whatItTells(
  { status, headers, redirects, finalUrl }: PoliteResponse,
  { agreed = false }: PoliteOptions,
  nowMs: number,
): ReturnType<WatchedGet['seen']> {
  const hasMoved = redirects.length > 0 && redirects.every((hop) => hop.status === 301 || hop.status === 308);
  const retryMs = status >= 400 ? retryAfterMs(headers['retry-after'], nowMs) : null;
  return {
    // An address to which a key was sent may hold the key.
    moved_to: hasMoved && !agreed ? finalUrl : null,
    fresh_seconds: freshSecondsOf(headers['cache-control']),
    retry_after_seconds: retryMs === null ? null : Math.ceil(retryMs / 1000),
  };
}

/** @returns null where the answer is not to be kept at all, or nothing is said */
function freshSecondsOf(cacheControl: string | undefined): number | null {
  if (cacheControl === undefined || /\bno-(?:cache|store)\b/i.test(cacheControl)) return null;
  const [, seconds] = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,12})/i.exec(cacheControl) ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), longestSeconds);
}
