import { InputError } from '../../streams/errors.ts';
import type { StageDefinition } from '../../streams/stage.ts';
import { openPostgresRebuild } from './postgres/rebuild-target.ts';
import { viewPostgres } from './postgres/view-postgres.ts';
import type { RebuildRuntime, RebuildTarget } from './rebuild-target.ts';
import { openRedisRebuild } from './redis/rebuild-target.ts';
import { viewRedis } from './redis/view-redis.ts';
import { openVectorsRebuild } from './vectors/rebuild-target.ts';
import { viewVectors } from './vectors/view-vectors.ts';

/**
 * The materialised views: stages without outputs, each the only regular writer of its store, and each with how a new
 * generation of it is made.
 */
export const rebuildableViews: readonly {
  readonly view: StageDefinition;
  readonly openRebuild: (runtime: RebuildRuntime) => Promise<RebuildTarget>;
}[] = [
  { view: viewPostgres, openRebuild: openPostgresRebuild },
  { view: viewVectors, openRebuild: openVectorsRebuild },
  { view: viewRedis, openRebuild: openRedisRebuild },
];

/**
 * @param name as of the view; `view-` may be left out
 * @throws InputError for an unknown name
 */
export function rebuildableView(name: string): (typeof rebuildableViews)[number] {
  const found = rebuildableViews.find(({ view }) => view.name === name || view.name === `view-${name}`);
  if (found !== undefined) return found;
  const names = rebuildableViews.map(({ view }) => view.name).join(', ');
  throw new InputError(`there is no view "${name}"; there are ${names}`);
}

export const views: readonly StageDefinition[] = rebuildableViews.map(({ view }) => view);
