import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { TransientError } from '../../streams/errors.ts';
import { redisCall } from '../../streams/redis.ts';
import { ownTurns, rememberedOf, rules, type Site, type SiteTurns, type Turn } from './site-turns.ts';

export interface SharedTurns extends SiteTurns {
  /** What is amiss, for people; undefined while turns are shared. */
  degraded(): string | undefined;
}

const lua = readFileSync(new URL('lua/turns.lua', import.meta.url), 'utf8');
const command = 'collectTurns';

/**
 * Turns that all processes at one Redis share, so that two of them together ask no more than one. While Redis is away
 * each process counts for itself: a site is then asked by as many as there are processes.
 */
export function openSharedTurns(redis: Redis): SharedTurns {
  redis.defineCommand(command, { numberOfKeys: 4, lua });
  const own = ownTurns();
  const ownTokens = new Set<string>();
  let isAway = false;

  const run = async (site: Site, request: object): Promise<Turn> => {
    const keys = [
      `collect:site:${site.domain}`,
      `collect:leases:${site.domain}`,
      `collect:host:${site.host}`,
      latestKey(site),
    ];
    const reply = await redisCall(() =>
      (redis as unknown as Record<typeof command, (...parts: string[]) => Promise<string>>)[command](
        ...keys,
        JSON.stringify({ ...request, rules }),
      ),
    );
    isAway = false;
    return JSON.parse(reply) as Turn;
  };
  const unlessAway = async <T>(shared: Promise<T>, alone: () => Promise<T>): Promise<T> => {
    try {
      return await shared;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      isAway = true;
      return alone();
    }
  };

  return {
    async take(site, limits, nowMs) {
      const token = randomUUID();
      const shared = run(site, { call: 'take', token, ...limits }).then((turn) =>
        turn.kind === 'go' ? { ...turn, token } : turn,
      );
      return unlessAway(shared, async () => {
        const turn = await own.take(site, limits, nowMs);
        if (turn.kind === 'go') ownTokens.add(turn.token);
        return turn;
      });
    },
    async tell(site, token, report, nowMs) {
      const alone = (): Promise<void> => own.tell(site, token, report, nowMs);
      if (ownTokens.delete(token)) return alone();
      const shared = run(site, { call: 'tell', token, report, remembered: rememberedOf(report) ?? undefined }).then(
        () => undefined,
      );
      return unlessAway(shared, alone);
    },
    latest: (site) =>
      unlessAway(
        redisCall(() => redis.lrange(latestKey(site), 0, -1)),
        () => own.latest(site),
      ),
    degraded: () =>
      isAway
        ? 'Redis is away: turns at sites are kept by each process alone, and sites may be asked too often'
        : undefined,
  };
}

const latestKey = ({ host }: Site): string => `collect:latest:${host}`;
