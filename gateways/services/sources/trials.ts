import type { SourceTrial, TriedSource } from '../../../domain/source-trial.ts';
import type { FeedEntry } from '../../../schemas/types.ts';
import { Busy, Unavailable } from '../faults.ts';

/**
 * What the collect side can do at once for a person who waits. Gateways know no processors: whoever wires both together
 * lends this to the services.
 *
 * Nothing is stored. All methods reject with the signal's reason once it is aborted.
 */
export interface SourceTrials {
  /** Collects a source once and extracts its first articles. Faults of the source are part of the answer. */
  test(source: TriedSource, signal: AbortSignal): Promise<SourceTrial>;
  /** Looks for ways to follow a site. Where its address cannot be had, the answer says so. */
  discover(url: string, signal: AbortSignal): Promise<Discovery>;
  /** Reads RSS, Atom, RDF or JSON Feed that somebody sent. */
  parse(document: SentDocument): Promise<SentFeed | { readonly problem: string }>;
  close(): Promise<void>;
}

export interface Discovery {
  readonly url: string;
  readonly title: string | null;
  /** The best first. */
  readonly candidates: readonly {
    readonly url: string;
    readonly type: string;
    readonly title: string | null;
    readonly item_count: number;
    /** Milliseconds since 1970. */
    readonly newest_at: number | null;
    readonly found: string;
  }[];
  /** Why the address could not be had, in words; null where it could. */
  readonly error_detail: string | null;
}

export interface SentDocument {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Relative links stand against it. */
  readonly url: string;
}

export interface SentFeed {
  readonly entries: readonly FeedEntry[];
  readonly warnings: readonly string[];
}

/** Opens them when they are first used: most processes never do. */
export type OpenSourceTrials = () => SourceTrials;

const boundMs = 30_000;
const maxAtOnce = 2;

/** Trials as services use them: not more than two at once, each for 30 s at most. */
export interface BoundedTrials {
  /** @throws Busy */
  test(source: TriedSource): Promise<SourceTrial>;
  /** @throws Busy, Unavailable where it takes too long */
  discover(url: string): Promise<Discovery>;
  parse(document: SentDocument): Promise<SentFeed | { readonly problem: string }>;
  close(): Promise<void>;
}

export function boundTrials(open: OpenSourceTrials, bounds = { ms: boundMs, atOnce: maxAtOnce }): BoundedTrials {
  let opened: SourceTrials | null = null;
  let running = 0;
  const bounded = async <T>(
    work: (trials: SourceTrials, signal: AbortSignal) => Promise<T>,
  ): Promise<T | 'too long'> => {
    if (running >= bounds.atOnce) {
      throw new Busy(`${bounds.atOnce} sources are being tried already: try again in a few seconds`);
    }
    running += 1;
    const signal = AbortSignal.timeout(bounds.ms);
    try {
      opened ??= open();
      return await work(opened, signal);
    } catch (error) {
      if (signal.aborted && error === signal.reason) return 'too long';
      throw error;
    } finally {
      running -= 1;
    }
  };
  const seconds = bounds.ms / 1000;
  return {
    async test(source) {
      const trial = await bounded((trials, signal) => trials.test(source, signal));
      if (trial !== 'too long') return trial;
      const detail = `it took longer than ${seconds} s, and was given up`;
      return { ...emptyTrial, url: source.url, error_code: 'timeout', error_detail: detail };
    },
    async discover(url) {
      const discovery = await bounded((trials, signal) => trials.discover(url, signal));
      if (discovery !== 'too long') return discovery;
      throw new Unavailable(`the search took longer than ${seconds} s, and was given up`, { retryAfterSeconds: 60 });
    },
    parse(document) {
      opened ??= open();
      return opened.parse(document);
    },
    async close() {
      await opened?.close();
    },
  };
}

const emptyTrial = {
  ok: false,
  http_status: null,
  title: null,
  site_url: null,
  entries: [],
  articles: [],
  warnings: [],
  timings: { robots_ms: 0, fetch_ms: 0, parse_ms: 0, extract_ms: 0 },
};

/** For processes that have no collect side. */
export function withoutTrials(): never {
  throw new Unavailable('this process cannot try sources: ask one that was started by `mimir up` or `mimir run`');
}
