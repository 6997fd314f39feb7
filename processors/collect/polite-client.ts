import { LRUCache } from 'lru-cache';
import { parseDate } from '../../domain/dates.ts';
import type { GetOptions, HttpClient, HttpResponse } from '../../streams/http/client.ts';
import { FetchError } from '../../streams/http/fetch-error.ts';
import type { StageContext } from '../../streams/stage.ts';
import { openRobots } from './robots.ts';
import { SourceProblem } from './source-problem.ts';

/** What of a stage's context is needed to wait and to give up. */
type Waiting = Pick<StageContext, 'now' | 'sleep' | 'signal'>;
export interface PoliteOptions extends Omit<GetOptions, 'beforeRequest' | 'signal'> {
  /**
   * True for what the site's owner has given us a key to: robots.txt, which speaks to who comes unasked, is then not
   * asked for this origin.
   */
  readonly agreed?: boolean;
}

/**
 * Asks sites as a good guest: only what robots.txt allows, one request after the other with a pause between them, and
 * later when the site says so.
 */
export interface PoliteClient {
  /**
   * 429, 503 and lost connections are tried twice more, after the time that the site asks for or, without one, after
   * 1 s and 4 s. When the site asks for more than 30 s its answer is returned at once, and the host is left alone for
   * that long (a day at most).
   *
   * @throws SourceProblem robots-disallowed, robots-unreachable, rate-limited
   * @throws FetchError
   */
  get(url: string, options: PoliteOptions, waiting: Waiting): Promise<HttpResponse>;
}

const maxTries = 3;
const maxPatienceMs = 30_000;
const maxClosedMs = 24 * 3_600_000;
const maxHosts = 10_000;

export function openPoliteClient(http: Pick<HttpClient, 'get'>, hostDelayMs: number): PoliteClient {
  const robots = openRobots(http);
  /** When the next request to a host may be made. */
  const nextTurnMs = new LRUCache<string, number>({ max: maxHosts });
  /** Until when a host asked to be left alone. */
  const closedUntilMs = new LRUCache<string, number>({ max: maxHosts });

  const turn = async (url: string, agreed: boolean, { now, sleep, signal }: Waiting): Promise<void> => {
    const { host } = new URL(url);
    const crawlDelayMs = agreed ? 0 : await robots.permit(url, now(), signal);
    const closedMs = (closedUntilMs.get(host) ?? 0) - now();
    if (closedMs > maxPatienceMs) {
      const until = new Date(now() + closedMs).toISOString();
      throw new SourceProblem(
        'rate-limited',
        `${host} asked to be left alone until ${until}; it is asked again after that`,
      );
    }
    const startMs = Math.max(now() + Math.max(0, closedMs), nextTurnMs.get(host) ?? 0);
    nextTurnMs.set(host, startMs + Math.max(hostDelayMs, crawlDelayMs));
    if (startMs > now()) await sleep(startMs - now(), signal);
  };

  /** @returns whether it is worth trying again */
  const noteRefusal = (url: string, wantedMs: number | null, tries: number, nowMs: number): boolean => {
    const waitMs = wantedMs ?? 1000 * 4 ** (tries - 1);
    closedUntilMs.set(new URL(url).host, nowMs + Math.min(waitMs, maxClosedMs));
    return tries < maxTries && waitMs <= maxPatienceMs;
  };

  return {
    async get(url, { agreed = false, ...options }, waiting) {
      const beforeRequest = (hop: string): Promise<void> =>
        turn(hop, agreed && new URL(hop).origin === new URL(url).origin, waiting);
      for (let tries = 1; ; tries += 1) {
        try {
          const response = await http.get(url, { ...options, beforeRequest, signal: waiting.signal });
          if (response.status !== 429 && response.status !== 503) return response;
          const wantedMs = retryAfterMs(response.headers['retry-after'], waiting.now());
          if (!noteRefusal(response.finalUrl, wantedMs, tries, waiting.now())) return response;
        } catch (error) {
          if (!(error instanceof FetchError) || error.code !== 'connection-lost') throw error;
          if (!noteRefusal(error.url, null, tries, waiting.now())) throw error;
        }
      }
    },
  };
}

/** @returns milliseconds from now, not negative; null where the header is missing or says nothing */
function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = parseDate(header);
  return date === null ? null : Math.max(0, date - nowMs);
}
