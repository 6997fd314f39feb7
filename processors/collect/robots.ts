import { LRUCache } from 'lru-cache';
import type { HttpClient } from '../../streams/http/client.ts';
import { FetchError } from '../../streams/http/fetch-error.ts';
import { parseRobotsTxt, type RobotsTxt } from './robots/robots-txt.ts';
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
const product = 'Mimir';
const hourMs = 3_600_000;
/** A file that could not be read is asked for again sooner than one that was. */
const retryAfterMs = 10 * 60_000;
/** Of a host that is away: shorter than the first pause of a feed that failed, so that its next try is one. */
const awayMs = 30_000;
/** For so long the rules of the last file that could be read go on; after it a site without one is open. */
const unreachableMs = 30 * 24 * hourMs;
const maxBytes = 500 * 1024;
const deadlineMs = 5_000;
const maxRedirects = 5;
const maxCrawlDelayMs = 30_000;
const maxOrigins = 5_000;

type Rules =
  | { readonly kind: 'everything' }
  | { readonly kind: 'parsed'; readonly robotsTxt: RobotsTxt }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'away'; readonly error: FetchError };

interface Known {
  readonly rules: Rules;
  readonly untilMs: number;
  /** Since when the file cannot be read; null where it can. */
  readonly failingSinceMs: number | null;
}

/** Failures after which the page could not be fetched either: their own words say more than "robots.txt". */
const hopeless: ReadonlySet<string> = new Set(['bad-url', 'blocked-address', 'dns', 'refused', 'unreachable', 'tls']);

export function openRobots(http: Pick<HttpClient, 'get'>): Robots {
  const cache = new LRUCache<string, Known>({ max: maxOrigins });

  const rulesFor = async (origin: string, nowMs: number, signal: AbortSignal): Promise<Rules> => {
    const known = cache.get(origin);
    if (known !== undefined && known.untilMs > nowMs) return known.rules;
    const asked = await readRules(http, origin, signal);
    const next = isRead(asked)
      ? { rules: asked, untilMs: nowMs + hourMs, failingSinceMs: null }
      : unreadable(asked, cache.get(origin), nowMs);
    cache.set(origin, next);
    return next.rules;
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
      if (!rules.robotsTxt.allows(url)) {
        throw new SourceProblem('robots-disallowed', `the robots.txt of ${host} forbids robots to fetch this address`);
      }
      return Math.min((rules.robotsTxt.crawlDelaySeconds ?? 0) * 1000, maxCrawlDelayMs);
    },
  };
}

function isRead(rules: Rules): boolean {
  return rules.kind === 'everything' || rules.kind === 'parsed';
}

/** RFC 9309, 2.3.1.4 and 2.4: rules that were known go on while the file cannot be reached, for 30 days. */
function unreadable(asked: Rules, known: Known | undefined, nowMs: number): Known {
  const failingSinceMs = known?.failingSinceMs ?? nowMs;
  const untilMs = nowMs + (asked.kind === 'away' ? awayMs : retryAfterMs);
  if (asked.kind === 'unknown' && nowMs - failingSinceMs > unreachableMs) {
    return { rules: { kind: 'everything' }, untilMs, failingSinceMs };
  }
  const last = known !== undefined && isRead(known.rules) ? known.rules : asked;
  return { rules: asked.kind === 'away' ? asked : last, untilMs, failingSinceMs };
}

async function readRules(http: Pick<HttpClient, 'get'>, origin: string, signal: AbortSignal): Promise<Rules> {
  const url = `${origin}/robots.txt`;
  try {
    const limits = { maxBytes, whenLonger: 'truncate', deadlineMs, maxRedirects } as const;
    const { status, body, truncated } = await http.get(url, {
      ...limits,
      accept: 'text/plain, */*;q=0.5',
      signal,
    });
    // Who is asked too often is not known to allow anything; every other 4xx says that there is no such file.
    if (status >= 500 || status === 429) return { kind: 'unknown', why: `HTTP ${status}` };
    if (status >= 300) return { kind: 'everything' };
    return { kind: 'parsed', robotsTxt: parseRobotsTxt(truncated ? wholeLines(body) : body, product) };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    // RFC 9309, 2.3.1.2: a file behind more than five redirects is taken as missing.
    if (error.code === 'bad-redirect') return { kind: 'everything' };
    const isOfSite = URL.parse(error.url)?.origin === origin;
    return hopeless.has(error.code) && isOfSite ? { kind: 'away', error } : { kind: 'unknown', why: error.message };
  }
}

/** Half of a rule forbids something else than the whole one. */
function wholeLines(body: Buffer): Buffer {
  const end = Math.max(body.lastIndexOf(0x0a), body.lastIndexOf(0x0d));
  return end < 0 ? body.subarray(0, 0) : body.subarray(0, end);
}
