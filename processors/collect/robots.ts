import { LRUCache } from 'lru-cache';
import robotsParser from 'robots-parser';
import type { HttpClient } from '../../streams/http/client.ts';
import { FetchError } from '../../streams/http/fetch-error.ts';
import { SourceProblem } from './source-problem.ts';

/** What robots.txt files allow us, each asked for once an hour (RFC 9309). */
export interface Robots {
  /**
   * @param nowMs milliseconds since 1970
   * @returns the delay between requests that the host asks for, in milliseconds; 0 where it asks for none
   * @throws SourceProblem robots-disallowed, robots-unreachable
   * @throws FetchError where the host cannot be reached at all
   */
  permit(url: string, nowMs: number, signal: AbortSignal): Promise<number>;
}

/** The name that robots.txt files know us by. */
const agent = 'Mimir';
const hourMs = 3_600_000;
/** A file that could not be read is asked for again sooner than one that was. */
const retryAfterMs = 10 * 60_000;
const maxBytes = 500 * 1024;
const deadlineMs = 5_000;
const maxRedirects = 5;
const maxCrawlDelayMs = 30_000;
const maxOrigins = 5_000;

// The package exports a function; its types speak of a default export beside it.
const parseRobots = robotsParser as unknown as typeof robotsParser.default;

type Rules =
  | { readonly kind: 'everything' }
  | { readonly kind: 'parsed'; readonly rules: ReturnType<typeof parseRobots> }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'away'; readonly error: FetchError };

/** Failures after which the page could not be fetched either: their own words say more than "robots.txt". */
const hopeless: ReadonlySet<string> = new Set(['bad-url', 'blocked-address', 'dns', 'refused', 'unreachable', 'tls']);

export function openRobots(http: Pick<HttpClient, 'get'>): Robots {
  const cache = new LRUCache<string, { readonly rules: Rules; readonly untilMs: number }>({ max: maxOrigins });

  const rulesFor = async (origin: string, nowMs: number, signal: AbortSignal): Promise<Rules> => {
    const known = cache.get(origin);
    if (known !== undefined && known.untilMs > nowMs) return known.rules;
    const rules = await readRules(http, origin, signal);
    const read = rules.kind === 'everything' || rules.kind === 'parsed';
    cache.set(origin, { rules, untilMs: nowMs + (read ? hourMs : retryAfterMs) });
    return rules;
  };

  return {
    async permit(url, nowMs, signal) {
      const { origin, host } = new URL(url);
      const rules = await rulesFor(origin, nowMs, signal);
      if (rules.kind === 'everything') return 0;
      if (rules.kind === 'away') throw rules.error;
      if (rules.kind === 'unknown') {
        throw new SourceProblem(
          'robots-unreachable',
          `${origin}/robots.txt could not be read (${rules.why}), which counts as forbidding everything; asked again in 10 minutes`,
        );
      }
      if (rules.rules.isAllowed(url, agent) === false) {
        throw new SourceProblem('robots-disallowed', `the robots.txt of ${host} forbids robots to fetch this address`);
      }
      return Math.min(Math.max(0, rules.rules.getCrawlDelay(agent) ?? 0) * 1000, maxCrawlDelayMs);
    },
  };
}

async function readRules(http: Pick<HttpClient, 'get'>, origin: string, signal: AbortSignal): Promise<Rules> {
  const url = `${origin}/robots.txt`;
  try {
    const limits = { maxBytes, whenLonger: 'truncate', deadlineMs, maxRedirects } as const;
    const { status, body } = await http.get(url, { ...limits, accept: 'text/plain, */*;q=0.5', signal });
    if (status >= 500) return { kind: 'unknown', why: `HTTP ${status}` };
    if (status >= 300) return { kind: 'everything' };
    return { kind: 'parsed', rules: parseRobots(url, body.toString('utf8')) };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return hopeless.has(error.code) ? { kind: 'away', error } : { kind: 'unknown', why: error.message };
  }
}
