import type { z } from 'zod';
import type { FeedEntry } from '../../schemas/types.ts';
import type { HttpResponse } from '../../streams/http/client.ts';
import type { PoliteOptions } from './polite-client.ts';
import { SourceProblem } from './source-problem.ts';

/** Reads one kind of source. Adding one: see CONTRIBUTING.md. */
export interface Connector {
  readonly name: string;
  /** One sentence for people. */
  readonly purpose: string;
  /** True where a source needs credentials: it is then private to its organisation. */
  readonly requires_auth: boolean;
  /** What a source's configuration may hold. */
  readonly config: z.ZodType;
  /**
   * @param config as it stands in the request, not validated
   * @throws SourceProblem for every fault of the source, bad-config among them
   * @throws FetchError
   */
  collect(context: ConnectorContext, config: unknown): Promise<Collected>;
}

/** What a connector may use. */
export interface ConnectorContext {
  readonly url: string;
  /** From the last collection of this address; null where nothing is known. */
  readonly validators: Validators | null;
  /** Asks politely; statuses are answers. */
  readonly get: (url: string, options: PoliteOptions) => Promise<HttpResponse>;
  /**
   * Parses RSS, Atom, RDF or JSON Feed in a thread. A connector that reads something else hands over a JSON Feed made
   * of it: addresses, dates and limits are then seen to in one place.
   */
  readonly parse: (document: FeedDocument) => Promise<ParsedFeed>;
}

export interface FeedDocument {
  readonly bytes: Uint8Array;
  /** The Content-Type header, empty where there was none. */
  readonly contentType: string;
  /** Where it came from, after redirects: relative links are resolved against it. */
  readonly url: string;
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

/** A connector from its typed parts; the configuration is validated before collect is called. */
export function defineConnector<Config extends z.ZodType>(parts: {
  readonly name: string;
  readonly purpose: string;
  readonly requires_auth: boolean;
  readonly config: Config;
  collect(context: ConnectorContext, config: z.infer<Config>): Promise<Collected>;
}): Connector {
  return {
    ...parts,
    async collect(context, config) {
      const parsed = parts.config.safeParse(config);
      if (parsed.success) return parts.collect(context, parsed.data);
      const faults = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '));
      throw new SourceProblem('bad-config', `the source's configuration cannot be used: ${faults.join('; ')}`);
    },
  };
}
