import { describe, expect, test } from 'vitest';
import { InputError } from '../../../streams/errors.ts';
import { addressGuard } from '../../../streams/http/address-guard.ts';

describe('addresses inside are refused', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback, its last', '127.255.255.254'],
    ['this network', '0.0.0.0'],
    ['private 10', '10.1.2.3'],
    ['private 172.16', '172.31.255.255'],
    ['private 192.168', '192.168.0.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254'],
    ['metadata of Azure', '168.63.129.16'],
    ['benchmarks', '198.18.0.1'],
    ['documentation', '203.0.113.9'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 unspecified', '::'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unique local', 'fd00:ec2::254'],
    ['IPv6 link-local with a zone', 'fe80::1%eth0'],
    ['IPv6 site-local', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 for local use', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo, server inside', '2001:0:7f00:1::f7f7:f7f7'],
    ['Teredo, client inside', '2001:0:808:808::80ff:fffe'],
    ['ISATAP', '2600::5efe:a00:1'],
    ['ISATAP with the universal bit', '2600::200:5efe:127.0.0.1'],
    ['no address at all', 'localhost'],
  ])('%s: %s', (_, address) => {
    expect(addressGuard([]).permits(address)).toBe(false);
  });
});

test.each([
  ['1.1.1.1'],
  ['100.128.0.1'],
  ['172.32.0.1'],
  ['2606:4700::1111'],
  ['::ffff:1.1.1.1'],
  ['64:ff9b::808:808'],
  ['2002:808:808::1'],
])('the public address %s is permitted', (address) => {
  expect(addressGuard([]).permits(address)).toBe(true);
});

test('an operator opens one range and nothing else', () => {
  const guard = addressGuard(['127.0.0.0/8', 'fd00:1::/32']);
  expect(guard.permits('127.0.1.9')).toBe(true);
  expect(guard.permits('::ffff:127.0.1.9')).toBe(true);
  expect(guard.permits('fd00:1::5')).toBe(true);
  expect(guard.permits('10.0.0.1')).toBe(false);
  expect(guard.permits('fd00:2::5')).toBe(false);
  expect(guard.permits('::1')).toBe(false);
});

test.each([['127.0.0.0/33'], ['127.0.0.0/'], ['127.0.0.0/8/8'], ['localhost'], ['fd00::/129'], ['10.0.0.0/a']])(
  '%s is no range, and the error says so',
  (range) => {
    expect(() => addressGuard([range])).toThrow(InputError);
    expect(() => addressGuard([range])).toThrow(range);
  },
);
