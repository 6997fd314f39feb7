import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { FatalError } from '../errors.ts';

export interface ProcessHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Each stage and service, and what each of these depends on. */
  readonly parts: Readonly<Record<string, { readonly status: string; readonly detail?: string }>>;
}

interface OperationsParts {
  readonly host: string;
  readonly port: number;
  /** True where the operator chose the port: then a taken port is an error and not a reason to take another. */
  readonly portIsSet: boolean;
  readonly metrics: Registry;
  readonly log: Logger;
  isReady(): boolean;
  health(): Promise<ProcessHealth>;
}

export interface Operations extends AsyncDisposable {
  readonly address: string;
}

/** What runs a process asks of it: /metrics, /live, /ready and /health. */
export async function serveOperations(parts: OperationsParts): Promise<Operations> {
  const server = createServer((request, response) => {
    answer(parts, new URL(request.url ?? '/', 'http://operations').pathname, response).catch((error: unknown) => {
      parts.log.error({ err: error }, 'the operations server failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  const port = await listen(server, parts);
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host;
  return {
    address: `http://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(parts: OperationsParts, path: string, response: ServerResponse): Promise<void> {
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  };
  if (path === '/metrics') {
    send(200, parts.metrics.contentType, await parts.metrics.metrics());
    return;
  }
  if (path === '/ready') {
    send(parts.isReady() ? 200 : 503, 'text/plain', parts.isReady() ? 'ready\n' : 'not ready\n');
    return;
  }
  const health = await parts.health();
  const status = health.status === 'unhealthy' ? 503 : 200;
  if (path === '/live') send(status, 'text/plain', status === 200 ? 'live\n' : 'not live\n');
  else if (path === '/health') {
    send(status, 'application/json', JSON.stringify({ ...health, timestamp: new Date().toISOString() }));
  } else send(404, 'text/plain', 'there are /metrics, /live, /ready and /health\n');
}

async function listen(server: Server, { host, port, portIsSet, log }: OperationsParts): Promise<number> {
  try {
    return await listenOn(server, host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (portIsSet || code !== 'EADDRINUSE') {
      throw new FatalError(`metrics cannot be served on ${host}:${port}: ${message}`, { cause: error });
    }
    const free = await listenOn(server, host, 0);
    log.info({ wanted: port, port: free }, 'the metrics port is taken: another one serves');
    return free;
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
