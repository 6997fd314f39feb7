import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import { messageOf } from '../../streams/errors.ts';
import type { EngineState } from './engine-keeper.ts';
import type { Supervisor } from './supervisor.ts';

export interface OperationsOptions {
  readonly host: string;
  readonly port: number;
  readonly engines: () => readonly EngineState[];
  /** Who holds it may stop and start processes; it stands in the instance file, which is its owner's alone. */
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * One address for all processes on this machine: `GET /metrics` (each process's metrics, told apart by the label
 * `process`), `/status` (JSON for `mimir status`), `/live` and `/ready`; with the token, `POST /hold/ACTOR` and
 * `POST /release/ACTOR` end and start the process that runs an actor.
 */
export async function serveOperations(supervisor: Supervisor, options: OperationsOptions): Promise<Server> {
  const server = createServer((request, response) => {
    void respond(supervisor, options, request, response);
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return server;
}

async function respond(
  supervisor: Supervisor,
  options: OperationsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, type, body } = await answer(supervisor, options, request).catch(failure);
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
}

async function answer(
  supervisor: Supervisor,
  options: OperationsOptions,
  { method, url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
): Promise<Answer> {
  const [, order, actor = ''] = url.split('/');
  if (method === 'POST' && (order === 'hold' || order === 'release')) {
    if (!isToken(options.token, headers.authorization)) return text(401, 'the token of the instance file is needed');
    if (order === 'release') supervisor.release(actor);
    return json(200, { process: order === 'hold' ? ((await supervisor.hold(actor)) ?? null) : null });
  }
  if (method !== 'GET') return text(405, 'this is read with GET');
  switch (url) {
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await gather(supervisor) };
    case '/status':
      return json(200, { processes: supervisor.states(), engines: options.engines() });
    case '/live':
      return text(200, 'alive');
    case '/ready':
      if (options.engines().some(({ state }) => state === 'restarting')) return text(503, 'an engine is started again');
      return supervisor.states().every(({ state }) => state === 'running')
        ? text(200, 'ready')
        : text(503, 'not every process is running');
    default:
      return text(404, 'there are /metrics, /status, /live and /ready');
  }
}

async function gather(supervisor: Supervisor): Promise<string> {
  const metrics = await supervisor.metrics();
  // prom-client's types say object[] where its own aggregate takes the results of getMetricsAsJSON.
  return AggregatorRegistry.aggregate(metrics as unknown as object[]).metrics();
}

function isToken(token: string, header: string | undefined): boolean {
  const wanted = Buffer.from(`Bearer ${token}`);
  const given = Buffer.from(header ?? '');
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function failure(error: unknown): Answer {
  return text(500, messageOf(error));
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body };
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
