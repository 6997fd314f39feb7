import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Who is asked: limits hold per registrable domain, the breaker is the host's own. */
export interface Site {
  readonly domain: string;
  /** Host name and port. */
  readonly host: string;
}

export interface Limits {
  /** Between the beginnings of two requests to the domain. */
  readonly delayMs: number;
  /** Requests under way at the domain. */
  readonly concurrency: number;
}

export type Turn =
  | { readonly kind: 'go'; readonly token: string }
  /** Ask again after so long. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The site is left alone for so long: it asked for that or refuses us (`refusing`), or its host is dumb (`silent`). */
  | { readonly kind: 'resting'; readonly ms: number; readonly why: 'refusing' | 'silent' };

/**
 * What came of a request. `refused`: 429 or 503, with the milliseconds that the server asks us to wait, or null.
 * `silent`: no answer for reasons of the network. `abandoned`: nothing that tells of the site.
 */
export type Report =
  | { readonly kind: 'answered'; readonly slow?: boolean }
  | { readonly kind: 'silent' }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'refused'; readonly status: number; readonly wantedMs: number | null };

/** A request that tells how a host fares: `ok`, `slow`, `silent`, or the status by which it was refused. */
export type Remembered = string;

/** @returns null for what tells nothing of the host */
export function rememberedOf(report: Report): Remembered | null {
  if (report.kind === 'abandoned') return null;
  if (report.kind === 'refused') return String(report.status);
  if (report.kind === 'silent') return 'silent';
  return report.slow === true ? 'slow' : 'ok';
}

/** Shares out the turns at sites. Every `go` must be told the end of. */
export interface SiteTurns {
  /** @param nowMs milliseconds since 1970; turns that are shared go by a shared clock instead */
  take(site: Site, limits: Limits, nowMs: number): Promise<Turn>;
  tell(site: Site, token: string, report: Report, nowMs: number): Promise<void>;
  /** @returns the host's latest requests, the newest first */
  latest(site: Site): Promise<readonly Remembered[]>;
}

/** Numbers that the script for Redis gets too. Times in milliseconds. */
export const rules = {
  /** Longer than any request lasts: the place of a process that died comes free. */
  leaseMs: 60_000,
  /** Until a place at a full site is asked for again. */
  fullMs: 250,
  /** Refusals that a site may make before it is left alone; an answer takes half of one back. */
  refusals: 3,
  firstRestMs: 60_000,
  maxRestMs: 24 * 3_600_000,
  /** Failures in a row that open a host's breaker. */
  silences: 5,
  maxSilenceMs: 3_600_000,
  /** Requests of a host that are remembered. */
  remembered: 30,
} as const;

interface DomainState {
  nextMs: number;
  closedMs: number;
  refusals: number;
  readonly leases: Map<string, number>;
}

interface HostState {
  openMs: number;
  silences: number;
  readonly latest: Remembered[];
}

const maxSites = 10_000;

/** Turns of this process alone. */
export function ownTurns(): SiteTurns {
  const domains = new LRUCache<string, DomainState>({ max: maxSites });
  const hosts = new LRUCache<string, HostState>({ max: maxSites });
  const stateOf = (site: Site): readonly [DomainState, HostState] => {
    const domain = domains.get(site.domain) ?? { nextMs: 0, closedMs: 0, refusals: 0, leases: new Map() };
    const host = hosts.get(site.host) ?? { openMs: 0, silences: 0, latest: [] };
    domains.set(site.domain, domain);
    hosts.set(site.host, host);
    return [domain, host];
  };
  return {
    async take(site, { delayMs, concurrency }, nowMs) {
      const [domain, host] = stateOf(site);
      if (domain.closedMs > nowMs) return { kind: 'resting', ms: domain.closedMs - nowMs, why: 'refusing' };
      if (host.openMs > nowMs) return { kind: 'resting', ms: host.openMs - nowMs, why: 'silent' };
      for (const [token, untilMs] of domain.leases) if (untilMs <= nowMs) domain.leases.delete(token);
      if (domain.leases.size >= concurrency) return { kind: 'wait', ms: rules.fullMs };
      if (domain.nextMs > nowMs) return { kind: 'wait', ms: domain.nextMs - nowMs };
      // Half open: one attempt, and nobody else until its end is told.
      if (host.silences >= rules.silences) host.openMs = nowMs + rules.leaseMs;
      domain.nextMs = nowMs + delayMs;
      const token = randomUUID();
      domain.leases.set(token, nowMs + rules.leaseMs);
      return { kind: 'go', token };
    },
    async tell(site, token, report, nowMs) {
      const [domain, host] = stateOf(site);
      domain.leases.delete(token);
      const remembered = rememberedOf(report);
      if (remembered !== null) {
        host.latest.unshift(remembered);
        host.latest.length = Math.min(host.latest.length, rules.remembered);
      }
      if (report.kind === 'answered' || report.kind === 'refused') Object.assign(host, { openMs: 0, silences: 0 });
      if (report.kind === 'answered') domain.refusals = Math.max(0, domain.refusals - 0.5);
      if (report.kind === 'refused') {
        domain.refusals += 1;
        const ownMs = growing(domain.refusals - rules.refusals, rules.maxRestMs);
        const restMs = Math.max(ownMs, Math.min(report.wantedMs ?? 0, rules.maxRestMs));
        domain.closedMs = Math.max(domain.closedMs, nowMs + restMs);
      }
      if (report.kind === 'silent') {
        host.silences += 1;
        host.openMs = nowMs + growing(host.silences - rules.silences, rules.maxSilenceMs);
      }
    },
    latest: (site) => Promise.resolve([...stateOf(site)[1].latest]),
  };
}

/** 60 s · 2^over, nothing while the budget is not used up. */
function growing(over: number, maxMs: number): number {
  return over < 0 ? 0 : Math.min(maxMs, rules.firstRestMs * 2 ** Math.min(Math.floor(over), 30));
}
