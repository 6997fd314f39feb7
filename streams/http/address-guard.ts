import { BlockList, isIP } from 'node:net';
import { InputError } from '../errors.ts';
import { embeddedIpv4 } from './embedded-ipv4.ts';

/** Decides which IP addresses may be connected to. */
export interface AddressGuard {
  /** @param address IPv4 or IPv6 in any spelling, with or without a zone */
  permits(address: string): boolean;
}

/** IANA's special-purpose registries, multicast, and the metadata services of clouds. */
const insideIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's metadata
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** What is not global unicast is inside; of global unicast these ranges are too. */
const globalIpv6 = '2000::/3';
const nat64 = '64:ff9b::/96';
const insideIpv6 = ['2001::/23', '2001:db8::/32', '3fff::/20'];
/** Transition addresses: inside when the IPv4 address that they carry is. */
const transition = ['2001::/32', '2002::/16'];

const inside = blockListOf(insideIpv4);
const globalUnicast = blockListOf([globalIpv6, nat64]);
const specialIpv6 = blockListOf(insideIpv6);
const carriesIpv4 = blockListOf(transition);

/**
 * @param allow CIDR ranges, or single addresses, that an operator opens although they are inside
 * @throws InputError for what is no CIDR range
 */
export function addressGuard(allow: readonly string[]): AddressGuard {
  const allowed = blockListOf(allow);
  const permits = (address: string): boolean => {
    const bare = address.replace(/%.*$/, '');
    const family = isIP(bare);
    if (family === 4) return allowed.check(bare) || !inside.check(bare);
    if (family === 0) return false;
    const embedded = embeddedIpv4(bare);
    // A mapped address connects to the IPv4 address itself.
    if (embedded.mapped !== null) return permits(embedded.mapped);
    if (allowed.check(bare, 'ipv6')) return true;
    return isOutsideIpv6(bare) && embedded.carried.every(permits);
  };
  return { permits };
}

function isOutsideIpv6(address: string): boolean {
  if (!globalUnicast.check(address, 'ipv6')) return false;
  return carriesIpv4.check(address, 'ipv6') || !specialIpv6.check(address, 'ipv6');
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix, ...rest] = range.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix === '' ? Number.NaN : prefix);
    if (family === 0 || rest.length > 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) {
      throw new InputError(`${range} is no address range: write it like 127.0.0.0/8 or fd00::/8`);
    }
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
