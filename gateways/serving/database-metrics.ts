import { Gauge, type Registry } from 'prom-client';

/** The part of a pg pool that is measured. */
export interface CountedPool {
  readonly totalCount: number;
  readonly idleCount: number;
}

const poolsOf = new WeakMap<Registry, Set<CountedPool>>();

/**
 * Counts the pool's connections in use, together with those of the process's other watched pools.
 *
 * @returns to be called when the pool ends
 */
export function watchPool(registry: Registry, pool: CountedPool): () => void {
  const pools = poolsOf.get(registry) ?? register(registry);
  pools.add(pool);
  return () => pools.delete(pool);
}

function register(registry: Registry): Set<CountedPool> {
  const pools = new Set<CountedPool>();
  poolsOf.set(registry, pools);
  void new Gauge({
    name: 'active_database_connections',
    help: 'Postgres connections in use by this process',
    registers: [registry],
    collect() {
      this.set([...pools].reduce((sum, pool) => sum + pool.totalCount - pool.idleCount, 0));
    },
  });
  return pools;
}
