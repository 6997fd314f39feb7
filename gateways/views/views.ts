import type { StageDefinition } from '../../streams/stage.ts';
import { viewPostgres } from './postgres/view-postgres.ts';
import { viewRedis } from './redis/view-redis.ts';
import { viewVectors } from './vectors/view-vectors.ts';

/** The materialised views: stages without outputs, each the only regular writer of its store. */
export const views: readonly StageDefinition[] = [viewPostgres, viewVectors, viewRedis];
