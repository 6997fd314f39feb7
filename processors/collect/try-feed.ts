import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { FeedEntry } from '../../schemas/types.ts';
import type { Config } from '../../streams/config.ts';
import { openHttpClient } from '../../streams/http/client.ts';
import { ownPorts } from './collect.ts';
import type { Collected } from './connector.ts';
import { connectorNamed } from './connectors.ts';
import { openFeedParser } from './feed/feed-parser.ts';
import { openPoliteClient } from './polite-client.ts';
import { sourceProblemOf } from './source-problem.ts';

/** What a source would yield. */
export interface FeedTrial {
  readonly url: string;
  readonly ok: boolean;
  readonly http_status: number | null;
  readonly error_code: string | null;
  /** For people: what went wrong and what to do. */
  readonly error_detail: string | null;
  readonly title: string | null;
  readonly site_url: string | null;
  readonly entries: readonly FeedEntry[];
  readonly warnings: readonly string[];
  /** Milliseconds; the fetch counts robots.txt and redirects in. */
  readonly timings: { readonly fetch_ms: number; readonly parse_ms: number };
}

export interface TryFeedOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Name of the connector; feed unless told. */
  readonly connector?: string;
  readonly connectorConfig?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Fetches and parses a source once and stores nothing: neither what was seen nor validators.
 *
 * @throws InputError where config.egress.allow holds what is no range
 */
export async function tryFeed(url: string, options: TryFeedOptions): Promise<FeedTrial> {
  const { config, log, connector = 'feed', connectorConfig = {}, signal = new AbortController().signal } = options;
  const http = openHttpClient({ egress: config.egress, log, ownPorts: ownPorts(config) });
  const parser = openFeedParser();
  const client = openPoliteClient(http, 0);
  const waiting = {
    now: () => Date.now(),
    sleep: (ms: number) => sleep(ms, undefined, { signal }),
    signal,
  };
  const timings = { fetch_ms: 0, parse_ms: 0 };
  const timed = async <T>(name: keyof typeof timings, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    try {
      return await work;
    } finally {
      timings[name] += Math.round(performance.now() - startedAt);
    }
  };
  try {
    const collected = await connectorNamed(connector).collect(
      {
        url,
        validators: null,
        get: (address, getOptions) => timed('fetch_ms', client.get(address, getOptions, waiting)),
        parse: (document) => timed('parse_ms', parser.parse(document, Date.now())),
      },
      connectorConfig,
    );
    return { ...trialOf(url, collected), timings };
  } catch (error) {
    const problem = sourceProblemOf(error);
    const { code: error_code, message: error_detail, httpStatus: http_status } = problem;
    return { ...emptyTrial, url, ok: false, http_status, error_code, error_detail, timings };
  } finally {
    await Promise.all([http.close(), parser.close()]);
  }
}

const emptyTrial = {
  ok: true,
  error_code: null,
  error_detail: null,
  title: null,
  site_url: null,
  entries: [],
  warnings: [],
};

function trialOf(url: string, collected: Collected): Omit<FeedTrial, 'timings'> {
  const { status: http_status } = collected;
  if (collected.kind === 'not-modified') return { ...emptyTrial, url, http_status };
  const { title, site_url, entries, warnings } = collected.feed;
  return { ...emptyTrial, url, http_status, title, site_url, entries, warnings };
}
