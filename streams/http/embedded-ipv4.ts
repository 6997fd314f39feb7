/** The IPv4 addresses that an IPv6 address stands for or carries. */
export interface EmbeddedIpv4 {
  /** Of an IPv4-mapped address (RFC 4291, 2.5.5.2): the machine connects to it by IPv4. */
  readonly mapped: string | null;
  /** Reached through a gateway: IPv4-compatible, NAT64 (RFC 6052), 6to4, Teredo (server and client), ISATAP. */
  readonly carried: readonly string[];
}

/** @param address IPv6, valid, without a zone */
export function embeddedIpv4(address: string): EmbeddedIpv4 {
  const words = ipv6Words(address);
  const at = (index: number): number => words[index] ?? 0;
  const ipv4 = (index: number, flip = 0): string =>
    [at(index) >> 8, at(index) & 0xff, at(index + 1) >> 8, at(index + 1) & 0xff].map((byte) => byte ^ flip).join('.');
  const zeros = (from: number, to: number): boolean => words.slice(from, to).every((word) => word === 0);

  if (zeros(0, 5) && at(5) === 0xffff) return { mapped: ipv4(6), carried: [] };
  const carried: string[] = [];
  if (zeros(0, 6)) carried.push(ipv4(6));
  if (at(0) === 0x64 && at(1) === 0xff9b) carried.push(ipv4(6));
  if (at(0) === 0x2002) carried.push(ipv4(1));
  if (at(0) === 0x2001 && at(1) === 0) carried.push(ipv4(2), ipv4(6, 0xff));
  if ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe) carried.push(ipv4(6));
  return { mapped: null, carried };
}

/** The eight 16-bit words of an address. The URL parser brings every spelling to one. */
function ipv6Words(address: string): number[] {
  const normal = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = normal.split('::');
  const before = wordsOf(head);
  if (tail === undefined) return before;
  const after = wordsOf(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function wordsOf(part: string): number[] {
  return part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
}
