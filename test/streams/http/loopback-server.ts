import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on loopback that counts who connects: as a canary it must stay at 0. */
export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  readonly server: Server;
  connections: number;
  /** Paths asked for, in order. */
  readonly asked: string[];
}

export async function serve(
  answer: RequestListener = (_, response) => response.end('ok'),
  address = '127.0.0.1',
  wantedPort = 0,
): Promise<LoopbackServer> {
  const asked: string[] = [];
  const server = createServer({ maxHeaderSize: 1e6 }, (request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((up) => server.listen(wantedPort, address, up));
  const { port } = server.address() as AddressInfo;
  const opened: LoopbackServer = {
    port,
    origin: `http://${address}:${port}`,
    server,
    connections: 0,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  server.on('connection', () => (opened.connections += 1));
  return opened;
}
