import { registrableDomain } from '../../domain/registrable-domain.ts';
import { parseDate } from '../../domain/dates.ts';
import type { GetOptions, HttpClient, HttpResponse } from '../../streams/http/client.ts';
import { FetchError, type FetchErrorCode } from '../../streams/http/fetch-error.ts';
import type { StageContext } from '../../streams/stage.ts';
import { openRobots } from './robots.ts';
import { troublesOf } from './site-troubles.ts';
import { ownTurns, type Report, type Site, type SiteTurns } from './site-turns.ts';
import { SourceProblem } from './source-problem.ts';

/** What of a stage's context is needed to wait and to give up. */
type Waiting = Pick<StageContext, 'now' | 'sleep' | 'signal'>;
export type PoliteOptions = Omit<GetOptions, 'beforeRequest' | 'signal'> & {
  /**
   * True for what the site's owner has given us a key to: robots.txt, which speaks to who comes unasked, is then not
   * asked for this origin.
   */
  readonly agreed?: boolean;
  /** Milliseconds of rest that whoever asks wants for the site after the request, where others want no longer one. */
  readonly delayMs?: number;
};

export type PoliteResponse = HttpResponse & {
  /** How often the connection broke before it held. */
  readonly brokenConnections: number;
};

/**
 * Asks sites as a good guest: only what robots.txt allows, few requests at a time with a pause between them, and later
 * when the site says so. A site is a registrable domain; what is known of it is shared as `turns` share it.
 */
export interface PoliteClient {
  /**
   * A lost connection is tried once more after a second, since the server may have closed it while it was idle. All
   * else is answered at once, and whoever asks decides when to come again.
   *
   * @throws SiteResting where the site is left alone for more than 5 s
   * @throws SourceProblem robots-disallowed, robots-unreachable
   * @throws FetchError
   */
  get(url: string, options: PoliteOptions, waiting: Waiting): Promise<PoliteResponse>;
  /** What is amiss with the address' host by its latest requests, pages among them; for people. */
  troubles(url: string): Promise<readonly string[]>;
}

/** The site was not asked. */
export class SiteResting extends SourceProblem {
  override name = 'SiteResting';
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super('site-resting', message);
    this.afterMs = afterMs;
  }
}

export interface PoliteClientOptions {
  /** Requests under way at one site; 2 unless told. */
  readonly concurrency?: number;
  /** This process's own unless told. */
  readonly turns?: SiteTurns;
}

const maxPatienceMs = 5_000;
const brokenPauseMs = 1_000;
/** Slower answers are worth a word. */
const slowMs = 2_000;
const networkTrouble: ReadonlySet<FetchErrorCode> = new Set([
  'dns',
  'refused',
  'unreachable',
  'connection-lost',
  'timeout',
]);

/** True for what may be better the next time: the network, or a site that is overloaded or left alone. */
export function isPassing(problem: SourceProblem): boolean {
  const { code, httpStatus } = problem;
  if (httpStatus === 429 || httpStatus === 503 || problem instanceof SiteResting) return true;
  return code === 'robots-unreachable' || (networkTrouble as ReadonlySet<string>).has(code);
}

/** @param delayMs between the beginnings of two requests to one site, where robots.txt asks for no longer one */
export function openPoliteClient(
  http: Pick<HttpClient, 'get'>,
  delayMs: number,
  { concurrency = 2, turns = ownTurns() }: PoliteClientOptions = {},
): PoliteClient {
  const robots = openRobots(http);
  /** Failures that were counted: that of a robots.txt is thrown again, without asking, for a while. */
  const counted = new WeakSet<Error>();

  /** @throws SiteResting */
  const turnAt = async (site: Site, wantedMs: number, { now, sleep, signal }: Waiting): Promise<string> => {
    const limits = { delayMs: Math.max(delayMs, wantedMs), concurrency };
    for (;;) {
      signal.throwIfAborted();
      const turn = await turns.take(site, limits, now());
      if (turn.kind === 'go') return turn.token;
      if (turn.kind === 'resting' && turn.ms > maxPatienceMs) throw resting(site, turn, now());
      await sleep(turn.ms, signal);
    }
  };

  const getOnce = async (url: string, given: PoliteOptions, waiting: Waiting): Promise<HttpResponse> => {
    const { agreed = false, delayMs: wantedMs = 0, ...rest } = given;
    let held: { readonly site: Site; readonly token: string; readonly sinceMs: number } | undefined;
    const tell = async (report: Report): Promise<void> => {
      if (held !== undefined) await turns.tell(held.site, held.token, report, waiting.now());
      held = undefined;
    };
    const isSlow = (): boolean => held !== undefined && waiting.now() - held.sinceMs >= slowMs;
    const beforeRequest = async (hop: string): Promise<void> => {
      // The hop before has answered: with a redirect to this one.
      await tell({ kind: 'answered', slow: isSlow() });
      const isAgreed = agreed && new URL(hop).origin === new URL(url).origin;
      const crawlDelayMs = isAgreed ? 0 : await robots.permit(hop, waiting.now(), waiting.signal);
      const site = siteOf(hop);
      const token = await turnAt(site, Math.max(crawlDelayMs, wantedMs), waiting);
      held = { site, token, sinceMs: waiting.now() };
    };
    try {
      const response = await http.get(url, { ...rest, beforeRequest, signal: waiting.signal });
      await tell(reportOf(response, isSlow(), waiting.now()));
      return response;
    } catch (error) {
      const isTrouble = error instanceof FetchError && networkTrouble.has(error.code) && !counted.has(error);
      if (isTrouble) {
        counted.add(error);
        // Without a turn it was robots.txt that did not come.
        held ??= { site: siteOf(error.url), token: '', sinceMs: waiting.now() };
      }
      await tell({ kind: isTrouble ? 'silent' : 'abandoned' });
      throw error;
    }
  };

  return {
    async get(url, given, waiting) {
      try {
        return { ...(await getOnce(url, given, waiting)), brokenConnections: 0 };
      } catch (error) {
        if (!(error instanceof FetchError) || error.code !== 'connection-lost') throw error;
      }
      await waiting.sleep(brokenPauseMs, waiting.signal);
      return { ...(await getOnce(url, given, waiting)), brokenConnections: 1 };
    },
    troubles: async (url) => troublesOf(siteOf(url).host, await turns.latest(siteOf(url))),
  };
}

function siteOf(url: string): Site {
  return { domain: registrableDomain(url), host: new URL(url).host };
}

function reportOf({ status, headers }: HttpResponse, slow: boolean, nowMs: number): Report {
  if (status !== 429 && status !== 503) return { kind: 'answered', slow };
  return { kind: 'refused', status, wantedMs: retryAfterMs(headers['retry-after'], nowMs) };
}

function resting(
  { domain, host }: Site,
  { ms, why }: { readonly ms: number; readonly why: 'refusing' | 'silent' },
  nowMs: number,
): SiteResting {
  const until = new Date(nowMs + ms).toISOString();
  const words =
    why === 'silent'
      ? `${host} did not answer several times in a row: it is asked again at ${until}`
      : `${domain} says that we ask too often, or is overloaded: it is left alone until ${until}`;
  return new SiteResting(words, ms);
}

const dayMs = 24 * 3_600_000;

/** @returns milliseconds from now, at most a day and not negative; null where the header is missing or says nothing */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return Math.min(Number(header) * 1000, dayMs);
  const date = parseDate(header);
  return date === null ? null : Math.min(Math.max(0, date - nowMs), dayMs);
}
