import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';

/** Thrown inside a connection attempt when every address of a name is inside. */
export class BlockedName extends Error {
  override name = 'BlockedName';
}

const connectTimeoutMs = 10_000;
const maxHeaderBytes = 64 * 1024;

/**
 * Connections whose address is checked at the moment of connecting: the address that was checked is the one that is
 * connected, so a name that resolves differently a second later gains nothing. Literal addresses never reach a lookup;
 * requestTarget checks those.
 *
 * @param ownPorts ports of our own engines: not connected at addresses inside, also where a range is allowed
 * @param lookup resolves names; the system's, unless a test brings its own
 */
export function guardedAgent(
  guard: AddressGuard,
  outsideOnly: AddressGuard,
  ownPorts: ReadonlySet<string>,
  lookup: LookupFunction = systemLookup,
): Agent {
  const connect = buildConnector({ lookup: guardedLookup(guard, lookup), timeout: connectTimeoutMs });
  const connectOutside = buildConnector({ lookup: guardedLookup(outsideOnly, lookup), timeout: connectTimeoutMs });
  return new Agent({
    connect: (options, callback) => (ownPorts.has(options.port) ? connectOutside : connect)(options, callback),
    connections: 4,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    maxHeaderSize: maxHeaderBytes,
    // The client's own deadline covers the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function guardedLookup(guard: AddressGuard, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const all: LookupAddress[] = Array.isArray(found) ? found : [];
      const permitted = all.filter(({ address }) => guard.permits(address));
      const first = permitted[0];
      if (first === undefined) return callback(new BlockedName(hostname), []);
      return options.all === true ? callback(null, permitted) : callback(null, first.address, first.family);
    });
  };
}
