import { canonicalizeUrl } from '../../domain/canonical-url.ts';
import { registrableDomain } from '../../domain/registrable-domain.ts';
import type { FeedStatus } from '../../schemas/types.ts';
import type { RecentCollection } from '../schema.ts';
import { adaptiveSeconds } from './adaptive-interval.ts';
import { hasGap, listingOf } from './turnover.ts';
import { pauseMs, retryAfterMs, triesBeforeFailing } from './pauses.ts';

/** What the table feeds knows of a feed's past. Times in milliseconds since 1970. */
export interface Standing {
  readonly health: string;
  readonly health_reason: string;
  readonly checked_at: number | null;
  readonly retry_at: number | null;
  readonly paused: boolean;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly worked_at: number | null;
  readonly entry_count: number;
  readonly recent: readonly RecentCollection[];
  readonly adaptive_seconds: number | null;
  readonly fresh_seconds: number | null;
  readonly moved_to: string | null;
  readonly moved_times: number;
}

export interface JudgedFeed {
  readonly url: string;
  readonly visibility: string;
}

/** Slower answers are worth a word, where there are two in a row: one may be our own fault. */
const slowMs = 2_000;
const recentCount = 10;
const movesAfter = 3;
const deadAfterMs = 30 * 24 * 3_600_000;
/** Who was switched off for a month has not seen a feed fail for a month. */
const deadAfterFailures = 10;
/** What comes in place of a feed, while the site itself answers. */
const suspicious: ReadonlySet<string> = new Set(['not-a-feed', 'unexpected-304']);
/** The collector did not ask: its site is left alone for now. */
const notAsked = 'site-resting';

/**
 * What a feed's latest status makes of its standing.
 *
 * @param nowMs the database's clock, which the scheduler goes by: a collector's own may be wrong
 * @returns null for a status that is not newer than what is known
 */
export function judge(standing: Standing, status: FeedStatus, feed: JudgedFeed, nowMs: number): Standing | null {
  if (standing.checked_at !== null && status.checked_at <= standing.checked_at) return null;
  const before = { ...standing, checked_at: status.checked_at };
  if (status.outcome !== 'failed') return worked(before, status, feed);
  return status.error_code === notAsked ? resting(before, status, nowMs) : failed(before, status, nowMs);
}

/** @returns where the feed is to be looked for from now on; null where it stays */
export function movesTo({ moved_to, moved_times }: Standing, feed: JudgedFeed): string | null {
  return moved_to !== null && moved_times >= movesAfter && mayFollow(feed, moved_to) ? moved_to : null;
}

/**
 * A domain that lapsed and was bought redirects too: to another site a person has to follow. Credentials go to no
 * other host, and nobody goes back from https to http.
 */
function mayFollow({ url, visibility }: JudgedFeed, target: string): boolean {
  const [from, to] = [new URL(url), new URL(target)];
  if (from.protocol === 'https:' && to.protocol === 'http:') return false;
  if (visibility !== 'public') return from.hostname === to.hostname;
  return registrableDomain(url) === registrableDomain(target) || from.hostname === to.hostname;
}

function worked(before: Standing, status: FeedStatus, feed: JudgedFeed): Standing {
  const isEmptyNow = status.outcome === 'collected' && status.entry_count === 0 && before.entry_count > 0;
  const staysEmpty = status.outcome === 'not_modified' && before.health === 'suspect' && before.failures === 0;
  const recent = [
    ...before.recent,
    {
      at: status.checked_at,
      new: before.worked_at === null ? 0 : status.new_entry_count,
      failed: null,
      odd: status.warnings[0] ?? null,
      slow: status.duration_ms >= slowMs,
    },
  ].slice(-recentCount);
  const fresh_seconds = status.fresh_seconds ?? (status.outcome === 'collected' ? null : before.fresh_seconds);
  const standing: Standing = {
    ...before,
    ...moved(before, status, feed),
    retry_at: null,
    paused: false,
    failures: 0,
    failing_since: null,
    worked_at: status.checked_at,
    entry_count: status.entry_count > 0 ? status.entry_count : before.entry_count,
    recent,
    fresh_seconds,
    adaptive_seconds: adaptiveSeconds(recent, listingOf(status, before.entry_count), fresh_seconds),
  };
  if (staysEmpty) return standing;
  if (isEmptyNow) {
    const had = before.entry_count === 1 ? '1 entry' : `${before.entry_count} entries`;
    const reason = `It has no entries any more, and had ${had} before. Its articles stay; look at its address in a browser`;
    return { ...standing, health: 'suspect', health_reason: reason };
  }
  const complaints = complaintsAbout(standing, status, feed);
  if (before.worked_at !== null && hasGap(status)) {
    complaints.unshift(
      `all of its ${status.entry_count} entries are new since the collection before, so others may have come and gone unseen`,
    );
  }
  return complaints.length === 0
    ? { ...standing, health: 'healthy', health_reason: newsOf(status) }
    : { ...standing, health: 'degraded', health_reason: `It works, but ${complaints.join('; ')}` };
}

function newsOf({ outcome, entry_count, new_entry_count }: FeedStatus): string {
  if (outcome === 'not_modified') return 'Nothing new since the collection before';
  return `${entry_count === 1 ? '1 entry' : `${entry_count} entries`}, ${new_entry_count} of them new`;
}

function moved(before: Standing, status: FeedStatus, feed: JudgedFeed): Pick<Standing, 'moved_to' | 'moved_times'> {
  const to = status.moved_to === null ? null : canonicalizeUrl(status.moved_to);
  if (to === null || to === feed.url) return { moved_to: null, moved_times: 0 };
  return { moved_to: to, moved_times: to === before.moved_to ? before.moved_times + 1 : 1 };
}

function complaintsAbout(standing: Standing, status: FeedStatus, feed: JudgedFeed): string[] {
  const complaints: string[] = [];
  const { moved_to, recent } = standing;
  if (moved_to !== null) {
    complaints.push(
      mayFollow(feed, moved_to)
        ? `it has moved to ${moved_to}, and is followed there once it says so ${movesAfter} times in a row`
        : `it has moved to ${moved_to}, which is another site: change the source's address if that is right`,
    );
  }
  if (recent.length > 1 && recent.slice(-2).every(({ slow }) => slow === true)) {
    complaints.push(`it answers slowly, within ${(status.duration_ms / 1000).toFixed(1)} s`);
  }
  const failures = recent.filter((one) => one.failed !== null);
  const latest = failures.at(-1)?.failed;
  if (latest !== undefined && latest !== null) {
    complaints.push(`${failures.length} of its latest ${recent.length} collections failed: ${latest}`);
  }
  complaints.push(...status.warnings.slice(0, 3));
  const odd = recent.findLast((one) => one.odd !== null)?.odd;
  if (status.warnings.length === 0 && typeof odd === 'string') complaints.push(`not long ago: ${odd}`);
  return complaints;
}

/** Nothing was asked, so nothing is known but when to come again. */
function resting(before: Standing, status: FeedStatus, nowMs: number): Standing {
  const isWell = before.health === 'healthy';
  return {
    ...before,
    health: isWell ? 'degraded' : before.health,
    health_reason: isWell || before.health === 'waiting' ? wordsOf(status) : before.health_reason,
    retry_at: nowMs + retryAfterMs(status.retry_after_seconds ?? 60),
  };
}

function failed(before: Standing, status: FeedStatus, nowMs: number): Standing {
  const words = wordsOf(status);
  const failures = before.failures + 1;
  const failing_since = before.failing_since ?? status.checked_at;
  const recent = [...before.recent, { at: status.checked_at, new: 0, failed: words, odd: null }].slice(-recentCount);
  const standing = { ...before, failures, failing_since, recent };
  const revive = 'Change its address, or collect it now to revive it';
  if (status.http_status === 410) {
    const health_reason = `${words}. It is not asked any more. ${revive}`;
    return { ...standing, health: 'dead', health_reason, paused: true, retry_at: null };
  }
  if (failures >= deadAfterFailures && status.checked_at - failing_since >= deadAfterMs) {
    const since = new Date(failing_since).toISOString().slice(0, 10);
    const health_reason = `It has failed since ${since} and is not asked any more. The last time: ${words}. ${revive}`;
    return { ...standing, health: 'dead', health_reason, paused: true, retry_at: null };
  }
  const retry_at = nowMs + waitMs(failures, status.retry_after_seconds);
  if (suspicious.has(status.error_code ?? '') && before.entry_count > 0) {
    return {
      ...standing,
      health: 'suspect',
      health_reason: `${words}. It was a feed before; its articles stay`,
      retry_at,
    };
  }
  if (failures < triesBeforeFailing) {
    return {
      ...standing,
      health: 'degraded',
      health_reason: `${words}. Tried again soon: failure ${failures}`,
      retry_at,
    };
  }
  const health_reason = `${words}. Failed ${failures} times in a row; asked again less and less often, once a day at least`;
  return { ...standing, health: 'failing', health_reason, retry_at };
}

/** The server's own word counts while there are tries left; later the greater of both. */
function waitMs(failures: number, retryAfterSeconds: number | null): number {
  if (retryAfterSeconds === null) return pauseMs(failures);
  const asked = retryAfterMs(retryAfterSeconds);
  return failures < triesBeforeFailing ? asked : Math.max(asked, pauseMs(failures));
}

function wordsOf({ error_detail, error_code }: FeedStatus): string {
  return error_detail ?? error_code ?? 'The collection failed';
}
