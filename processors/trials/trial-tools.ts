import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../streams/config.ts';
import { type GetOptions, type HttpClient, openHttpClient } from '../../streams/http/client.ts';
import { ownPorts } from '../../streams/http/own-ports.ts';
import { type DocumentReader, openDocumentReader } from '../collect/documents/document-reader.ts';
import { type FeedParser, openFeedParser } from '../collect/feed/feed-parser.ts';
import { openPoliteClient, type PoliteClient } from '../collect/polite-client.ts';
import { type Extractor, openExtractor } from '../extract/extractor.ts';

/** What trials share; threads start with the first use. */
export interface TrialTools extends AsyncDisposable {
  readonly http: HttpClient;
  readonly parser: FeedParser;
  readonly reader: DocumentReader;
  readonly extractor: Extractor;
  readonly log: Logger;
}

/** @throws InputError where config.egress.allow holds what is no range */
export function openTrialTools(config: Config, log: Logger): TrialTools {
  const http = openHttpClient({ egress: config.egress, log, ownPorts: ownPorts(config) });
  const parser = openFeedParser();
  const reader = openDocumentReader();
  const extractor = openExtractor(1);
  return {
    http,
    parser,
    reader,
    extractor,
    log,
    async [Symbol.asyncDispose]() {
      await Promise.all([http.close(), parser.close(), reader.close(), extractor.close()]);
    },
  };
}

/** Milliseconds. */
export interface FetchTimings {
  robots_ms: number;
  /** Without robots.txt and the waiting for a turn. */
  fetch_ms: number;
}

/** A person waits: a short pause between requests to one host is all that can be spent on it. */
const hostDelayMs = 200;

/** Asks politely, and keeps account of the time. */
export function timedClient(http: Pick<HttpClient, 'get'>, timings: FetchTimings): PoliteClient {
  const get = async (url: string, options: GetOptions = {}): ReturnType<HttpClient['get']> => {
    const startedAt = performance.now();
    let waitedMs = 0;
    const beforeRequest =
      options.beforeRequest === undefined
        ? undefined
        : async (hop: string): Promise<void> => {
            const from = performance.now();
            try {
              await options.beforeRequest?.(hop);
            } finally {
              waitedMs += performance.now() - from;
            }
          };
    try {
      return await http.get(url, { ...options, ...(beforeRequest === undefined ? {} : { beforeRequest }) });
    } finally {
      const name = beforeRequest === undefined ? 'robots_ms' : 'fetch_ms';
      timings[name] += performance.now() - startedAt - waitedMs;
    }
  };
  return openPoliteClient({ get }, hostDelayMs);
}

/** A clock and a sleep for whoever is no stage. */
export function waitingUntil(signal: AbortSignal) {
  return { now: () => Date.now(), sleep: (ms: number) => sleep(ms, undefined, { signal }), signal };
}
