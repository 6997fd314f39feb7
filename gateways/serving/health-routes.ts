import type { RequestHandler, Router } from 'express';
import manifest from '../../package.json' with { type: 'json' };
import type { HealthReport } from '../../streams/service.ts';
import { identityNotice } from './bind-address.ts';

export interface HealthRoutes {
  readonly health: () => Promise<HealthReport>;
  /** True once the service began to stop. */
  readonly isDraining: () => boolean;
}

/**
 * `/live`: the process turns, restart it where this does not answer. `/ready`: it can answer reads, send it requests.
 * `/health`: how each dependency is, for people and monitors. They stand outside of the API's envelope and versions.
 */
export function mountHealth(router: Router, { health, isDraining }: HealthRoutes): void {
  const at = (path: string, handler: RequestHandler): void => {
    router.get(path, (request, response, next) => {
      response.locals['endpoint'] = path;
      response.set('Cache-Control', 'no-store');
      return handler(request, response, next);
    });
  };
  at('/live', (_request, response) => void response.json({ status: 'live', timestamp: now() }));

  at('/ready', async (_request, response) => {
    const { status } = await health();
    const isReady = status !== 'unhealthy' && !isDraining();
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', timestamp: now() });
  });

  at('/health', async (_request, response) => {
    const { status, dependencies } = await health();
    response
      .status(status === 'unhealthy' ? 503 : 200)
      .json({ status, version: manifest.version, timestamp: now(), identity: identityNotice, dependencies });
  });
}

function now(): string {
  return new Date().toISOString();
}
