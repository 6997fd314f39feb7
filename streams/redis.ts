import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { TransientError } from './errors.ts';

/**
 * Redis holds caches here and nothing that must survive. While it is away a command fails within 2 s instead of
 * queueing: the library's defaults turn an outage into hanging requests and growing memory.
 */
export function connectRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    commandTimeout: 2_000,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    // A command whose reply was lost must not run twice: an INCR would count twice.
    autoResendUnfulfilledCommands: false,
    // Commands given before the first connection wait for it, at most commandTimeout; later ones fail at once.
    enableOfflineQueue: true,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 6), 5_000),
  });
  let away = false;
  redis.on('ready', () => {
    if (away) log.info('redis is back');
    away = false;
    redis.options.enableOfflineQueue = false;
  });
  // Without a listener the library prints to the console. One line an outage is enough.
  redis.on('error', (error: Error) => {
    if (away) return;
    away = true;
    log.warn({ err: error }, 'redis is away');
  });
  return redis;
}

/** Replies by which the server asks for patience; any other reply that is an error is a fault of the caller's. */
const patience = /^(?:LOADING|BUSY|OOM|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS)\b/;

/**
 * @throws TransientError where Redis is away, slow, starting, read-only or full
 * @throws Error as the server said, where the command is at fault
 */
export async function redisCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    if (cause.name === 'ReplyError' && !patience.test(cause.message)) throw cause;
    throw new TransientError(`redis: ${cause.message}`, { cause });
  }
}
