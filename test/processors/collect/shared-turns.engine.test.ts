import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openSharedTurns } from '../../../processors/collect/shared-turns.ts';
import { ownTurns, type Report, type Site, type SiteTurns } from '../../../processors/collect/site-turns.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';

const log = pino({ level: 'silent' });
const connections: Redis[] = [];
const connection = (url = engines().redisUrl): Redis => {
  const redis = connectRedis(url, log);
  connections.push(redis);
  return redis;
};
afterAll(() => {
  for (const redis of connections) redis.disconnect();
});

let site: Site;
beforeEach(() => {
  const name = `${randomUUID()}.example`;
  site = { domain: name, host: `www.${name}` };
});

const limits = { delayMs: 0, concurrency: 2 };
const take = (turns: SiteTurns, parts = {}) => turns.take(site, { ...limits, ...parts }, Date.now());
const tell = (turns: SiteTurns, token: string, report: Report) => turns.tell(site, token, report, Date.now());

/** Takes a turn, tells the report, and so on for each. */
async function play(turns: SiteTurns, ...kinds: readonly Report[]): Promise<void> {
  for (const report of kinds) {
    const turn = await take(turns);
    if (turn.kind !== 'go') throw new Error(turn.kind);
    await tell(turns, turn.token, report);
  }
}

test('two processes together have no more requests under way than one may have', async () => {
  const [one, two] = [openSharedTurns(connection()), openSharedTurns(connection())];
  const first = await take(one);
  const second = await take(two);
  expect([first.kind, second.kind]).toEqual(['go', 'go']);
  expect(await take(one)).toMatchObject({ kind: 'wait' });
  expect(await take(two)).toMatchObject({ kind: 'wait' });
  if (first.kind === 'go') await tell(one, first.token, { kind: 'answered' });
  expect(await take(two)).toMatchObject({ kind: 'go' });
  expect(one.degraded()).toBeUndefined();
});

test('the pause between two requests holds for both', async () => {
  const [one, two] = [openSharedTurns(connection()), openSharedTurns(connection())];
  expect(await take(one, { delayMs: 60_000 })).toMatchObject({ kind: 'go' });
  expect(await take(two, { delayMs: 60_000 })).toMatchObject({ kind: 'wait' });
});

const refused = (wantedMs: number | null): Report => ({ kind: 'refused', status: 429, wantedMs });
const answered: Report = { kind: 'answered' };
const silent: Report = { kind: 'silent' };

/** What both kinds of turns must say alike: reports, and the rest in seconds, 0 where the site may be asked. */
const cases: readonly (readonly [string, readonly Report[], number])[] = [
  ['two refusals', [refused(null), refused(null)], 0],
  ['three refusals', [refused(null), refused(null), refused(null)], 60],
  ['three refusals with answers between', [refused(null), answered, answered, refused(null), refused(null)], 0],
  ['a refusal for an hour', [refused(3_600_000)], 3600],
  ['a refusal for three years', [refused(94_608_000_000)], 86_400],
  ['a refusal until the past', [refused(0)], 0],
  ['four silences', Array.from({ length: 4 }, () => silent), 0],
  ['five silences', Array.from({ length: 5 }, () => silent), 60],
  ['five silences with an answer between', [silent, silent, answered, silent, silent, silent], 0],
  ['what tells nothing', Array.from({ length: 9 }, () => ({ kind: 'abandoned' }) as const), 0],
];

test.each(cases)('after %s a site rests alike, whoever counts', async (_, reports, seconds) => {
  for (const turns of [openSharedTurns(connection()), ownTurns()]) {
    await play(turns, ...reports);
    const turn = await take(turns);
    const rest = turn.kind === 'resting' ? turn.ms / 1000 : 0;
    expect(rest).toBeLessThanOrEqual(seconds);
    expect(rest).toBeGreaterThan(seconds === 0 ? -1 : seconds - 10);
  }
});

test('what one process was refused, another does not ask', async () => {
  await play(openSharedTurns(connection()), refused(600_000));
  expect(await take(openSharedTurns(connection()))).toMatchObject({ kind: 'resting', why: 'refusing' });
});

test('the latest requests of a host are known to all who count, the newest first, and not more than 30', async () => {
  for (const tellers of [[openSharedTurns(connection()), openSharedTurns(connection())], [ownTurns()]]) {
    const [first, last] = [tellers[0] as SiteTurns, tellers.at(-1) as SiteTurns];
    site = { ...site, host: `${randomUUID()}.example` };
    expect(await last.latest(site)).toEqual([]);
    await play(first, refused(0), { kind: 'answered', slow: true }, silent, { kind: 'abandoned' }, answered);
    expect(await last.latest(site)).toEqual(['ok', 'silent', 'slow', '429']);
    await play(first, ...Array.from({ length: 40 }, () => answered));
    expect(await last.latest(site)).toEqual(Array.from({ length: 30 }, () => 'ok'));
  }
});

test('while Redis is away each process counts for itself and says so', async () => {
  const turns = openSharedTurns(connection('redis://127.0.0.1:1'));
  const first = await take(turns);
  expect(first.kind).toBe('go');
  expect(turns.degraded()).toContain('Redis is away');
  expect(await take(turns)).toMatchObject({ kind: 'go' });
  expect(await take(turns)).toMatchObject({ kind: 'wait' });
  if (first.kind === 'go') await tell(turns, first.token, refused(600_000));
  expect(await take(turns)).toMatchObject({ kind: 'resting', why: 'refusing' });
});
