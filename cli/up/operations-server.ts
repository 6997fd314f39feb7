import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { AggregatorRegistry } from 'prom-client';
import type { Supervisor } from './supervisor.ts';

/**
 * One address for all processes on this machine: `/metrics` (each process's metrics, told apart by the label
 * `process`), `/status` (JSON for `mimir status`), `/live` and `/ready`.
 */
export async function serveOperations(
  supervisor: Supervisor,
  options: { readonly host: string; readonly port: number; readonly engines: Readonly<Record<string, string>> },
): Promise<Server> {
  const status = (): object => ({ processes: supervisor.states(), engines: options.engines });
  const isReady = (): boolean => supervisor.states().every(({ state }) => state === 'running');

  const server = createServer((request, response) => {
    const send = (code: number, type: string, body: string): void => {
      response.writeHead(code, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
    };
    switch (request.url) {
      case '/metrics':
        gather(supervisor).then(
          (text) => send(200, 'text/plain; version=0.0.4; charset=utf-8', text),
          () => send(500, 'text/plain', 'the metrics could not be gathered'),
        );
        return;
      case '/status':
        return send(200, 'application/json', JSON.stringify(status()));
      case '/live':
        return send(200, 'text/plain', 'alive');
      case '/ready':
        return isReady() ? send(200, 'text/plain', 'ready') : send(503, 'text/plain', 'not ready');
      default:
        return send(404, 'text/plain', 'there are /metrics, /status, /live and /ready');
    }
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return server;
}

async function gather(supervisor: Supervisor): Promise<string> {
  const metrics = await supervisor.metrics();
  // prom-client's types say object where its own aggregate takes the result of getMetricsAsJSON.
  return AggregatorRegistry.aggregate(metrics as object[]).metrics();
}
