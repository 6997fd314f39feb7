import { describe, expect, test } from 'vitest';
import { canonicalizeUrl } from '../../domain/canonical-url.ts';

/** RFC 3986, 5.4; without fragments, which are a place on the page, and with the slash of an empty path. */
const base = 'http://a/b/c/d;p?q';

describe('references of RFC 3986, 5.4.1', () => {
  test.each([
    ['g:h', null],
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g/'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q'],
    ['g#s', 'http://a/b/c/g'],
    ['g?y#s', 'http://a/b/c/g?y'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    ['g;x?y#s', 'http://a/b/c/g;x?y'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../', 'http://a/'],
    ['../../g', 'http://a/g'],
  ])('%j', (reference, expected) => {
    expect(canonicalizeUrl(reference, base)).toBe(expected);
  });
});

describe('references of RFC 3986, 5.4.2', () => {
  test.each([
    ['../../../g', 'http://a/g'],
    ['../../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['.g', 'http://a/b/c/.g'],
    ['g..', 'http://a/b/c/g..'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['./g/.', 'http://a/b/c/g/'],
    ['g/./h', 'http://a/b/c/g/h'],
    ['g/../h', 'http://a/b/c/h'],
    ['g;x=1/./y', 'http://a/b/c/g;x=1/y'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['g?y/./x', 'http://a/b/c/g?y/./x'],
    ['g?y/../x', 'http://a/b/c/g?y/../x'],
    ['g#s/./x', 'http://a/b/c/g'],
    ['http:g', 'http://a/b/c/g'],
  ])('%j', (reference, expected) => {
    expect(canonicalizeUrl(reference, base)).toBe(expected);
  });
});

describe('RFC 3986, 6.2: equivalent addresses', () => {
  test.each([
    ['http://example.com/%7Efoo', 'http://example.com/~foo'],
    ['HTTP://EXAMPLE.com/~foo', 'http://example.com/~foo'],
    ['http://example.com', 'http://example.com/'],
    ['http://example.com:/', 'http://example.com/'],
    ['http://example.com:80/', 'http://example.com/'],
    ['https://example.com:443/', 'https://example.com/'],
    ['http://example.com/a%c2%b1b', 'http://example.com/a%C2%B1b'],
    ['http://example.com/%41%5A%61%7a%30%39%2d%2e%5f%7e', 'http://example.com/AZaz09-._~'],
    ['http://a/b/c/./../../g', 'http://a/g'],
    ['http://example.com/./a/../b/%2e%2e/c', 'http://example.com/c'],
    ['http://example.com/a/%2E/b', 'http://example.com/a/b'],
    ['http://example.com/a?', 'http://example.com/a'],
  ])('%s is %s', (url, expected) => {
    expect(canonicalizeUrl(url)).toBe(expected);
  });

  test.each([
    ['https ports of http', 'http://example.com:443/', 'https://example.com/'],
    ['reserved characters and their escapes', 'http://example.com/a%3Bb', 'http://example.com/a;b'],
    ['a slash and its escape', 'http://example.com/a%2Fb', 'http://example.com/a/b'],
    ['a percent and its escape', 'http://example.com/%2541', 'http://example.com/A'],
    ['a space as plus and as escape in a path', 'http://example.com/a+b', 'http://example.com/a%20b'],
    ['empty segments', 'http://example.com//a', 'http://example.com/a'],
  ])('%s stay apart', (_, one, other) => {
    expect(canonicalizeUrl(one)).not.toBe(canonicalizeUrl(other));
  });
});

describe('as browsers read them (WHATWG)', () => {
  test.each([
    ['https:example.org', 'https://example.org/'],
    ['https:///example.org///', 'https://example.org///'],
    ['https://example.com/././foo', 'https://example.com/foo'],
    ['https://EXAMPLE.com/../x', 'https://example.com/x'],
    ['https://example.org\\a\\b', 'https://example.org/a/b'],
    ['https://evil.example\\@example.org/', 'https://evil.example/@example.org/'],
    ['\thttps://exa\nmple.org/\ra\tb ', 'https://example.org/ab'],
    ['https://example.org/a b', 'https://example.org/a%20b'],
    ['https://example.org/ü?ü', 'https://example.org/%C3%BC?%C3%BC'],
    ['https://example.org/\ud800', 'https://example.org/%EF%BF%BD'],
    ['https://example.org/%', 'https://example.org/%'],
    ['https://example.org/%zz', 'https://example.org/%zz'],
    ["https://example.org/?a=%27'", 'https://example.org/?a=%27%27'],
    ['https://faß.ExAmPlE/', 'https://xn--fa-hia.example/'],
    ['https://münchen.example/ä', 'https://xn--mnchen-3ya.example/%C3%A4'],
    ['https://xn--mnchen-3ya.example/', 'https://xn--mnchen-3ya.example/'],
    ['https://日本語。テスト/', 'https://xn--wgv71a119e.xn--zckzah/'],
    ['https://ｅｘａｍｐｌｅ．org/', 'https://example.org/'],
    ['https://ex%41mple.org/', 'https://example.org/'],
    ['https://exam\u00adple.org/', 'https://example.org/'],
    ['https://example.org./', 'https://example.org/'],
    ['https://example.org.:8443/', 'https://example.org:8443/'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://2130706433/', 'http://127.0.0.1/'],
    ['http://[0:0::1]/', 'http://[::1]/'],
    ['http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/'],
    ['https://example.org:00443/', 'https://example.org/'],
    ['https://example.org/#/a', 'https://example.org/#/a'],
  ])('%j is %s', (url, expected) => {
    expect(canonicalizeUrl(url)).toBe(expected);
    expect(canonicalizeUrl(expected)).toBe(expected);
  });

  test.each([
    ['https://ex ample.org/'],
    ['https://exa%23mple.org'],
    ['https://example.org:demo'],
    ['https://example.org:65536/'],
    ['http://[www.example.com]/'],
    ['http://[::1'],
    ['http://1.2.3.4.5/'],
    ['http://256.256.256.256/'],
    ['https://a<b/'],
    ['https://a%00b/'],
    ['https://user:password@example.org/'],
    ['https://@@example.org/'],
    ['https://example.org@evil.example/'],
    ['//example.org/'],
    ['mailto:a@example.org'],
    ['blob:https://example.org/1'],
    ['about:blank'],
    ['view-source:https://example.org/'],
    ['JaVaScRiPt:alert(1)'],
    ['java\nscript:alert(1)'],
    ['http://./'],
    ['http://.../'],
  ])('%j has no canonical form', (url) => {
    expect(canonicalizeUrl(url)).toBeNull();
  });
});

const kept = (query: string): string => new URL(canonicalizeUrl(`https://example.org/a?${query}`) ?? '').search;

describe('parameters that only say where a reader came from', () => {
  test.each([
    ['utm_source=a&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e&utm_id=f', ''],
    ['UTM_SOURCE=a', ''],
    ['ut%6d_source=a', ''],
    ['a=1&fbclid=x&b=2', '?a=1&b=2'],
    ['gclid=a&gbraid=b&wbraid=c&dclid=d&gclsrc=e', ''],
    ['msclkid=a&yclid=b&twclid=c&ttclid=d&igshid=e&li_fat_id=f', ''],
    ['mc_cid=a&mc_eid=b&mkt_tok=c&_hsenc=d&_hsmi=e', ''],
    ['id=7&ref=home', '?id=7&ref=home'],
    ['utm_source', ''],
    ['&&a=1&&', '?&&a=1&&'],
    ['a=1;utm_source=x', '?a=1;utm_source=x'],
    ['%zz=1&utm_source=x', '?%zz=1'],
  ])('%s leaves %j', (query, expected) => {
    expect(kept(query)).toBe(expected);
  });
});
