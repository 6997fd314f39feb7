import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { TransientError } from '../../../streams/errors.ts';
import { redisCall } from '../../../streams/redis.ts';
import { epochKey, type ListKind, writersKey } from './list-keys.ts';

/**
 * A writer that dies leaves its claim. Longer than a change can take: Postgres ends a transaction that idles for 60 s,
 * and one is committed only while the claim has `leftAtCommitMs` left.
 */
const claimMs = 120_000;
const leftAtCommitMs = 75_000;
const holdMs = 60_000;

/** A change to what lists and searches are computed from. While it lasts none is read from the cache or kept there. */
export interface ViewChange {
  /**
   * Right before the change takes effect.
   *
   * @throws TransientError where it has lasted too long or Redis has forgotten it: then it must not take effect
   */
  confirm(): Promise<void>;
  /**
   * The change has taken effect, or never will. Left out where that is not known: the claim then runs out by itself.
   *
   * @throws TransientError where Redis is away; the claim then runs out by itself
   */
  end(): Promise<void>;
}

const now = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS: hold, the view's writers, then epoch and writers of each kind. ARGV: token, claim, then an epoch a kind. */
const beginScript = `${now}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local function claim(key)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZADD', key, now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2])
end
claim(KEYS[2])
for i = 3, #KEYS, 2 do
  redis.call('SET', KEYS[i], ARGV[(i + 3) / 2])
  claim(KEYS[i + 1])
end
return 1`;

const confirmScript = `${now}
for i = 2, #KEYS, 2 do
  local ends = redis.call('ZSCORE', KEYS[i], ARGV[1])
  if not ends or tonumber(ends) < now + ARGV[2] then return 0 end
end
return 1`;

const endScript = `
redis.call('ZREM', KEYS[2], ARGV[1])
for i = 3, #KEYS, 2 do
  redis.call('SET', KEYS[i], ARGV[(i + 1) / 2])
  redis.call('ZREM', KEYS[i + 1], ARGV[1])
end`;

/**
 * Begins a change. All lists of these kinds end now, and once more when the change ends, since a reader may have
 * computed one of the old state in between.
 *
 * @throws TransientError where Redis is away, or the view is held
 */
export async function beginChange(redis: Redis, view: string, kinds: readonly ListKind[]): Promise<ViewChange> {
  const token = randomUUID();
  const keys = [heldKey(view), `${view}:writers`, ...kinds.flatMap((kind) => [epochKey(kind), writersKey(kind)])];
  const epochs = (): readonly string[] => kinds.map(() => randomUUID());
  const run = (script: string, ...values: readonly (string | number)[]): Promise<unknown> =>
    redisCall(() => redis.eval(script, keys.length, ...keys, token, ...values));
  if ((await run(beginScript, claimMs, ...epochs())) !== 1) {
    throw new TransientError(`${view} is being switched to what was built anew`);
  }
  return {
    async confirm() {
      if ((await run(confirmScript, leftAtCommitMs)) === 1) return;
      throw new TransientError('redis has forgotten the change, or it took too long');
    },
    async end() {
      await run(endScript, ...epochs());
    },
  };
}

/** While a view is held its writers wait. */
export interface ViewHold {
  /**
   * Right before the switch: nobody has written since, and nobody will for 60 s.
   *
   * @throws TransientError where the hold was lost
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

const extendScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

const writersScript = `${now} return redis.call('ZCOUNT', KEYS[1], now, '+inf')`;

/**
 * Keeps writers of the view from beginning, and resolves once none is at work.
 *
 * @param wait called as long as one is; a writer that died is waited for until its claim has run out
 * @throws TransientError where Redis is away
 */
export async function holdView(redis: Redis, view: string, wait: () => Promise<void>): Promise<ViewHold> {
  const key = heldKey(view);
  const token = randomUUID();
  const extend = async (): Promise<void> => {
    if ((await redisCall(() => redis.eval(extendScript, 1, key, token, holdMs))) === 1) return;
    throw new TransientError('redis has forgotten that the view is held');
  };
  await redisCall(() => redis.set(key, token, 'PX', holdMs));
  while ((await redisCall(() => redis.eval(writersScript, 1, `${view}:writers`))) !== 0) {
    await wait();
    await extend();
  }
  return {
    confirm: extend,
    async release() {
      await redisCall(() => redis.eval(releaseScript, 1, key, token));
    },
  };
}

const heldKey = (view: string): string => `${view}:held`;
