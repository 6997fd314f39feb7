import type { HealthReport } from '../../streams/service.ts';
import { within } from '../../streams/within.ts';
import type { VectorIndex } from '../vector-index/port.ts';
import type { QueryEmbedder } from './search/query-embedder.ts';

export interface HealthPorts {
  readonly pool: { query(text: string): Promise<unknown> };
  readonly redis: { ping(): Promise<unknown> };
  readonly vectors: Pick<VectorIndex, 'ping'>;
  readonly embedder: Pick<QueryEmbedder, 'fault'>;
}

/** What does not answer within this counts as away. */
const patienceMs = 2_000;

/** Without Postgres nothing can be read; without the others some things cannot, or are slower. */
export async function dependencyHealth({ pool, redis, vectors, embedder }: HealthPorts): Promise<HealthReport> {
  const [postgres, cache, vectorStore] = await Promise.all([
    probe(() => pool.query('select 1')),
    probe(() => redis.ping()),
    probe(() => vectors.ping()),
  ]);
  const fault = embedder.fault();
  const model = fault === null ? healthy : ({ status: 'unhealthy', detail: fault } as const);
  const dependencies = { postgres, redis: cache, vectors: vectorStore, embedding_model: model };
  if (postgres.status === 'unhealthy') return { status: 'unhealthy', dependencies };
  const isWhole = Object.values(dependencies).every(({ status }) => status === 'healthy');
  return { status: isWhole ? 'healthy' : 'degraded', dependencies };
}

type DependencyHealth = HealthReport['dependencies'][string];
const healthy = { status: 'healthy' } as const;

async function probe(ask: () => Promise<unknown>): Promise<DependencyHealth> {
  try {
    await within(patienceMs, ask(), () => new Error(`no answer within ${patienceMs / 1000} s`));
    return healthy;
  } catch (error) {
    return {
      status: 'unhealthy',
      detail: error instanceof Error && error.message !== '' ? error.message : String(error),
    };
  }
}
