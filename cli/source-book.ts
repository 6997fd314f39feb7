import type { Logger } from 'pino';
import { openSealer } from '../domain/sealed.ts';
import { openPostgres, typedQueries } from '../gateways/postgres.ts';
import { defaultOrganizationId } from '../gateways/schema.ts';
import { openSources, type Sources } from '../gateways/services/sources/sources.ts';
import type { Source } from '../gateways/services/sources/source.ts';
import type { Config } from '../streams/config.ts';

/** The sources, reached without the APIs: a command works also while they are down. */
export interface SourceBook extends AsyncDisposable {
  readonly sources: Sources;
  /** Every source, newest first. */
  all(): AsyncGenerator<Source>;
}

export function openSourceBook(config: Config, log: Logger): SourceBook {
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const { pace } = config.collect;
  const sealer = openSealer(config.secretKeys);
  const db = typedQueries(pool);
  const sources = openSources({ db, organizationId: defaultOrganizationId, now: Date.now, pace, sealer });
  return {
    sources,
    async *all() {
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<Sources['list']>> = await sources.list(
          cursor === null ? { limit: 100 } : { limit: 100, cursor },
        );
        yield* page.items.map(({ item }) => item);
        cursor = page.next;
      } while (cursor !== null);
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
