import type { z } from 'zod';
import type { ConnectorSettings } from '../../domain/connector-settings.ts';
import type { Credentials } from '../../domain/credentials.ts';
import type { FeedEntry } from '../../schemas/types.ts';
import type { HttpResponse } from '../../streams/http/client.ts';
import type { FeedDocument } from './feed-document.ts';
import { authorizedGet } from './authorized-get.ts';
import type { DocumentReader } from './documents/document-reader.ts';
import type { PoliteOptions } from './polite-client.ts';
import { SourceProblem } from './source-problem.ts';

export type { FeedDocument } from './feed-document.ts';

/** Reads one kind of source. Adding one: see CONTRIBUTING.md. */
export interface Connector extends ConnectorSettings {
  /** One sentence for people. */
  readonly purpose: string;
  readonly limits: ConnectorLimits;
  /**
   * @param config as it stands in the request, not validated
   * @throws SourceProblem for every fault of the source, bad-config among them
   * @throws FetchError
   * @throws the reason of the cancellation, once `get` throws it
   */
  collect(context: ConnectorContext, config: unknown): Promise<Collected>;
}

/** What one collection may cost, whatever the source answers. */
export interface ConnectorLimits {
  /** Without robots.txt and redirects. */
  readonly requests: number;
  /** Of one answer, decoded. */
  readonly bytes: number;
}

/** What a connector may use. */
export interface ConnectorContext {
  readonly url: string;
  /** From the last collection of this address; null where nothing is known. */
  readonly validators: Validators | null;
  /** Opened; null where the source has none. Those that are sent along with requests are sent by `get` itself. */
  readonly credentials: Credentials | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Asks politely; statuses are answers. */
  readonly get: (url: string, options: PoliteOptions) => Promise<HttpResponse>;
  /**
   * Parses RSS, Atom, RDF or JSON Feed in a thread. A connector that reads something else hands over a JSON Feed made
   * of it: addresses, dates and limits are then seen to in one place.
   */
  readonly parse: (document: FeedDocument) => Promise<ParsedFeed>;
  /** Reads pages and sitemaps in a thread. */
  readonly read: Pick<DocumentReader, 'list' | 'sitemap'>;
}

export interface ParsedFeed {
  readonly title: string | null;
  readonly site_url: string | null;
  /** Each article address once. */
  readonly entries: readonly FeedEntry[];
  /** For how long the publisher says that the feed need not be read again, in seconds; null where it does not say. */
  readonly freshSeconds: number | null;
  /** For people who look after the source: what was left out or repaired. */
  readonly warnings: readonly string[];
}

/** What to send so that an unchanged source answers 304. */
export interface Validators {
  readonly etag: string | null;
  readonly last_modified: string | null;
}

export type Collected =
  | { readonly kind: 'not-modified'; readonly status: number }
  | {
      readonly kind: 'collected';
      readonly status: number;
      readonly feed: ParsedFeed;
      readonly validators: Validators | null;
    };

/**
 * A connector from its typed parts. The configuration is validated before `collect` is called; limits and credentials
 * are seen to in `get`.
 */
export function defineConnector<Config extends z.ZodType>(parts: {
  readonly settings: ConnectorSettings<Config>;
  readonly purpose: string;
  readonly limits: ConnectorLimits;
  collect(context: ConnectorContext, config: z.output<Config>): Promise<Collected>;
}): Connector {
  const { settings, purpose, limits } = parts;
  return {
    ...settings,
    purpose,
    limits,
    async collect(context, config) {
      const parsed = settings.config.safeParse(config);
      if (!parsed.success) throw badConfig(parsed.error);
      if (settings.requires_auth && context.credentials === null) {
        throw new SourceProblem('credentials-missing', 'the source cannot be read without credentials: give it some');
      }
      return parts.collect({ ...context, get: limitedGet(authorizedGet(context), limits) }, parsed.data);
    },
  };
}

function badConfig(error: z.ZodError): SourceProblem {
  const faults = error.issues.map(({ path, message }) => `/${path.map(String).join('/')} ${message}`);
  return new SourceProblem('bad-config', `the source's configuration cannot be used: ${faults.join('; ')}`);
}

function limitedGet(get: ConnectorContext['get'], { requests, bytes }: ConnectorLimits): ConnectorContext['get'] {
  let left = requests;
  return (url, options) => {
    if (left === 0) {
      const words = `the source needs more than ${requests} requests at a time: ask for less of it`;
      return Promise.reject(new SourceProblem('too-many-requests', words));
    }
    left -= 1;
    return get(url, { maxBytes: bytes, ...options });
  };
}
