import { describe, expect, test } from 'vitest';
import { canonicalizeUrl, hostKey } from '../../domain/canonical-url.ts';

describe('spellings of one address become one', () => {
  test.each([
    ['the fragment goes', 'https://example.org/a#comments', 'https://example.org/a'],
    ['the default port goes', 'https://example.org:443/a', 'https://example.org/a'],
    ['scheme and host are lower case', 'HTTPS://Example.ORG/A', 'https://example.org/A'],
    ['a trailing dot of the host goes', 'https://example.org./a', 'https://example.org/a'],
    ['an empty path is a slash', 'https://example.org', 'https://example.org/'],
    ['an empty query goes', 'https://example.org/a?', 'https://example.org/a'],
    ['dots in the path are resolved', 'https://example.org/b/../a', 'https://example.org/a'],
    ['spaces around it go', '  https://example.org/a\n', 'https://example.org/a'],
    ['names in other scripts become ASCII', 'https://bücher.example/a', 'https://xn--bcher-kva.example/a'],
    ['escapes are in capitals', 'https://example.org/%c3%bc', 'https://example.org/%C3%BC'],
    ['letters need no escape', 'https://example.org/%61?q=%7e', 'https://example.org/a?q=~'],
    ['utm parameters go', 'https://example.org/a?utm_source=x&id=1&UTM_Medium=y', 'https://example.org/a?id=1'],
    ['click identifiers go', 'https://example.org/a?fbclid=1&gclid=2&msclkid=3', 'https://example.org/a'],
    ['newsletter identifiers go', 'https://example.org/a?mc_cid=1&id=7&mc_eid=2', 'https://example.org/a?id=7'],
  ])('%s', (_, url, canonical) => {
    expect(canonicalizeUrl(url)).toBe(canonical);
  });
});

describe('addresses that may show different things stay apart', () => {
  test.each([
    ['parameters', 'https://example.org/?p=1', 'https://example.org/?p=2'],
    ['order of parameters', 'https://example.org/?a=1&b=2', 'https://example.org/?b=2&a=1'],
    ['a parameter without a value', 'https://example.org/?a', 'https://example.org/?a='],
    ['case of the path', 'https://example.org/A', 'https://example.org/a'],
    ['trailing slash', 'https://example.org/a/', 'https://example.org/a'],
    ['scheme', 'http://example.org/a', 'https://example.org/a'],
    ['www', 'https://www.example.org/a', 'https://example.org/a'],
    ['port', 'https://example.org:8443/a', 'https://example.org/a'],
    ['escaped slash', 'https://example.org/a%2Fb', 'https://example.org/a/b'],
    ['escaped ampersand', 'https://example.org/?a=1%26b=2', 'https://example.org/?a=1&b=2'],
    ['plus and %2B', 'https://example.org/?q=a+b', 'https://example.org/?q=a%2Bb'],
    ['pages shown by script', 'https://example.org/#!/a', 'https://example.org/#!/b'],
    ['names that only begin like a tracker', 'https://example.org/?utmost=1', 'https://example.org/?utmost=2'],
  ])('%s', (_, one, other) => {
    expect(canonicalizeUrl(one)).not.toBe(canonicalizeUrl(other));
  });
});

test.each([
  ['javascript:alert(1)'],
  ['data:text/html,x'],
  ['file:///etc/passwd'],
  ['ftp://example.org/a'],
  ['https://user:secret@example.org/'],
  ['https://user@example.org/'],
  ['/only/a/path'],
  ['http://'],
  [''],
  [`https://example.org/${'a'.repeat(2048)}`],
])('%s has no canonical form', (url) => {
  expect(canonicalizeUrl(url)).toBeNull();
});

test('a relative address is resolved against its document', () => {
  expect(canonicalizeUrl('../b?x=1#y', 'https://example.org/a/c')).toBe('https://example.org/b?x=1');
});

test.each([
  ['https://example.org/%c3%bc?utm_x=1&&b=%7e#a'],
  ['https://example.org./?q=a%20b&utm_source=z'],
  ['https://example.org/#!/a%2fb'],
])('canonicalising %s twice changes nothing more', (url) => {
  const once = canonicalizeUrl(url);
  expect(once).not.toBeNull();
  expect(canonicalizeUrl(once ?? '')).toBe(once);
});

test('the key of an address is its host with the port', () => {
  expect(hostKey('http://127.0.1.1:18080/rss')).toBe('127.0.1.1:18080');
  expect(hostKey('https://example.org/rss')).toBe('example.org');
});
