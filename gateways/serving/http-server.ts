import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FatalError } from '../../streams/errors.ts';

export interface HttpServer {
  /** For example http://127.0.0.1:8000. */
  readonly address: string;
  /** Takes no new connections, lets answers under way finish for up to 8 s, then ends every connection. */
  close(): Promise<void>;
}

const drainMs = 8_000;

/**
 * @param options.setting the variable that sets the port, for the error message
 * @throws FatalError where the address cannot be had
 */
export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly setting: string;
  readonly handler: RequestListener;
}): Promise<HttpServer> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    options.handler,
  );
  server.maxRequestsPerSocket = 1_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Connections that turn idle while others are still answered are not ended by `server.close`.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
  };
  return { address: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`, close };
}

function cannotListen(
  error: NodeJS.ErrnoException,
  where: { readonly host: string; readonly port: number; readonly setting: string },
): FatalError {
  const place = `${where.host}:${where.port}`;
  if (error.code === 'EADDRINUSE') {
    return new FatalError(`${place} is taken by another program: end it, or set ${where.setting} to a free port`);
  }
  return new FatalError(`cannot listen on ${place}: ${error.message}`, { cause: error });
}
