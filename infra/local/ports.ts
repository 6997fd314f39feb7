import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { SetupError } from './setup-error.ts';

export interface PortNeed {
  readonly port: number;
  /** Who needs it, for people: "Kafka". */
  readonly what: string;
  /** The setting that moves it: "KAFKA_PORT". */
  readonly setting: string;
}

/** @throws SetupError that names every port that is taken, by whom where that is known, and what moves it */
export async function assertPortsFree(needs: readonly PortNeed[]): Promise<void> {
  const taken: PortNeed[] = [];
  for (const need of needs) if (!(await isFree(need.port))) taken.push(need);
  if (taken.length === 0) return;
  const lines = taken.map(({ port, what, setting }) => {
    const holder = holderOfPort(port);
    return `  ${port}, needed for ${what}${holder === undefined ? '' : `, is held by ${holder}`}; ${setting}=<other port> moves it`;
  });
  throw new SetupError(`${taken.length === 1 ? 'a port is' : 'these ports are'} taken:\n${lines.join('\n')}`);
}

/**
 * Any free port, from below the range from which the system picks ports for outgoing connections: one of those could
 * take it before the engine binds it.
 */
export async function freePort(except: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new SetupError('no free port was found between 20000 and 32000');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function holderOfPort(port: number): string | undefined {
  const byLsof = output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [pid, command] = [/^p(\d+)$/mu.exec(byLsof)?.[1], /^c(.+)$/mu.exec(byLsof)?.[1]];
  if (pid !== undefined && command !== undefined) return `${command} (process ${pid})`;
  const bySs = /users:\(\("([^"]+)",pid=(\d+)/u.exec(output('ss', ['-Hltnp', `sport = :${port}`]));
  return bySs === null ? undefined : `${bySs[1]} (process ${bySs[2]})`;
}

function output(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 2000 });
  } catch {
    return '';
  }
}
