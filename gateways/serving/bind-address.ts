import { BlockList, isIP } from 'node:net';
import { FatalError } from '../../streams/errors.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const family = isIP(bare);
  if (family === 0) return bare === 'localhost' || bare.endsWith('.localhost');
  return loopback.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whoever reaches the port may read and change everything, since nobody is asked who they are yet.
 *
 * @throws FatalError where others than this machine could reach the address
 */
export function refusePublicAddress(host: string): void {
  if (isLoopback(host)) return;
  throw new FatalError(
    `MIMIR_BIND=${host} would serve other machines, and there are no accounts yet to tell who may do what: ` +
      'use 127.0.0.1 or ::1, and a tunnel or a proxy with a login in front of it',
  );
}

/** For the log and for health. */
export const identityNotice = 'no accounts: whoever reaches this port may do everything; it is bound to loopback only';
