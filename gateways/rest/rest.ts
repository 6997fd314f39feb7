import type { Runtime } from '../../streams/runtime.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { identityNotice } from '../serving/bind-address.ts';
import { httpMetrics } from '../serving/http-metrics.ts';
import { listen } from '../serving/http-server.ts';
import { serveArticles } from '../serving/serve-articles.ts';
import type { OpenTrialsOf, Services } from '../services/services.ts';
import { restApp } from './app.ts';
import { mountDocs } from './docs.ts';
import { mountHealth } from '../serving/health-routes.ts';
import { routes } from './openapi.ts';

/** @param openTrials how sources are tried; without it, what needs that is refused */
export function restOver(openTrials?: OpenTrialsOf): ServiceDefinition {
  return {
    name: 'rest',
    purpose: 'Serves articles, search and sources over HTTP.',
    open: (runtime) => serveArticles(runtime, serve, openTrials),
  };
}

export const rest = restOver();

async function serve(runtime: Runtime, services: Services, release: () => Promise<void>): Promise<Service> {
  const log = runtime.log.child({ service: 'rest' });
  let draining = false;
  const app = restApp({
    log,
    observe: httpMetrics(runtime.metrics),
    mount(router) {
      for (const route of routes) route.mount(router, services);
      mountDocs(router);
      mountHealth(router, { health: () => services.health(), isDraining: () => draining });
    },
  });
  const { bindHost: host, ports } = runtime.config;
  const server = await listen({ host, port: ports.rest, setting: 'REST_PORT', handler: app });
  log.info({ address: server.address, identity: identityNotice }, 'the REST API is up');
  return {
    address: server.address,
    health: () => services.health(),
    async close() {
      draining = true;
      await server.close();
      await release();
    },
  };
}
