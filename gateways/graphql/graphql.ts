import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Runtime } from '../../streams/runtime.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { identityNotice } from '../serving/bind-address.ts';
import { foreignOrigin } from '../serving/browser-guard.ts';
import { mountHealth } from '../serving/health-routes.ts';
import { httpMetrics } from '../serving/http-metrics.ts';
import { listen } from '../serving/http-server.ts';
import { serveArticles } from '../serving/serve-articles.ts';
import { requestId } from '../serving/request-id.ts';
import type { OpenTrialsOf, Services } from '../services/services.ts';
import { graphServer } from './yoga.ts';

/** @param openTrials as for the REST API, with which it shares the services of a process */
export function graphqlOver(openTrials?: OpenTrialsOf): ServiceDefinition {
  return {
    name: 'graphql',
    purpose: 'Serves the same articles, search and sources over GraphQL.',
    open: (runtime) => serveArticles(runtime, serve, openTrials),
  };
}

export const graphql = graphqlOver();

async function serve(runtime: Runtime, services: Services, release: () => Promise<void>): Promise<Service> {
  const { config } = runtime;
  const log = runtime.log.child({ service: 'graphql' });
  const yoga = graphServer({ services, log, introspection: config.environment !== 'production' });
  let draining = false;
  const app = outerApp(httpMetrics(runtime.metrics));
  mountHealth(app, { health: () => services.health(), isDraining: () => draining });
  app.use(yoga.graphqlEndpoint, onlyJson, (request, response) => void yoga(request, response));
  app.use((_request, response) => refuse(response, 404, 'not_found', 'GraphQL is at /graphql'));

  const server = await listen({
    host: config.bindHost,
    port: config.ports.graphql,
    setting: 'GRAPHQL_PORT',
    handler: app,
  });
  log.info({ address: server.address, identity: identityNotice }, 'the GraphQL API is up');
  return {
    address: `${server.address}${yoga.graphqlEndpoint}`,
    health: () => services.health(),
    async close() {
      draining = true;
      await server.close();
      await yoga.dispose();
      await release();
    },
  };
}

function outerApp(observe: ReturnType<typeof httpMetrics>): Express {
  const app = express();
  app.set('etag', false);
  app.use((request, response, next) => {
    const startedAt = performance.now();
    response.set('X-Request-Id', requestId(request.headers['x-request-id']));
    response.on('close', () => {
      const endpoint = request.baseUrl === '/graphql' ? '/graphql' : endpointOf(response.locals);
      observe(request.method, endpoint, (performance.now() - startedAt) / 1000);
    });
    next();
  });
  app.use(helmet({ strictTransportSecurity: false }));
  app.use((request, response, next) => {
    const reason = foreignOrigin(request.headers);
    if (reason === null) next();
    else refuse(response, 403, 'foreign_origin', reason);
  });
  return app;
}

function endpointOf(locals: Record<string, unknown>): string {
  return typeof locals['endpoint'] === 'string' ? locals['endpoint'] : 'none';
}

/** Forms and plain text are what a page of another origin can send without asking first. */
const onlyJson: RequestHandler = (request, response, next) => {
  response.locals['endpoint'] = '/graphql';
  if (request.method !== 'POST' || request.is(['application/json', 'application/graphql+json']) !== false) next();
  else refuse(response, 415, 'unsupported_media_type', 'send the query as application/json');
};

function refuse(response: Parameters<RequestHandler>[1], status: number, code: string, message: string): void {
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}
