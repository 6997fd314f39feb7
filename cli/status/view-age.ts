import type { Logger } from 'pino';
import { openPostgres } from '../../gateways/postgres.ts';
import { openVectorIndex } from '../../gateways/vector-index/open.ts';
import { viewFreshness, type ViewFreshness } from '../../gateways/views/freshness.ts';
import type { Config } from '../../streams/config.ts';
import { connectRedis } from '../../streams/redis.ts';

/** What each view holds, asked of its store. */
export async function viewAges(config: Config, log: Logger): Promise<readonly ViewFreshness[]> {
  await using undo = new AsyncDisposableStack();
  const pool = undo.adopt(openPostgres(config.databaseUrl, { log, max: 1 }), (one) => one.end());
  const redis = undo.adopt(connectRedis(config.redisUrl, log), (one) => one.disconnect());
  const vectors = undo.use(await openVectorIndex(config.vectors, { log }));
  return await viewFreshness({ pool, vectors, redis });
}
