import { describe, expect, test } from 'vitest';
import { pathOf } from '../../../../processors/collect/robots/pattern.ts';
import { parseRobotsTxt } from '../../../../processors/collect/robots/robots-txt.ts';

const site = 'https://example.org';
const allows = (robots: string | Buffer, path: string, product = 'Mimir'): boolean =>
  parseRobotsTxt(Buffer.from(robots), product).allows(path.startsWith('http') ? path : site + path);

type Case = readonly [what: string, robots: string, path: string, allowed: boolean];

const group = (rules: string): string => `user-agent: *\n${rules}`;
const delay = (robots: string): number | null => parseRobotsTxt(Buffer.from(robots), 'Mimir').crawlDelaySeconds;

describe('groups', () => {
  test.each<Case>([
    ['nothing allows', '', '/a', true],
    ['a group for everyone', 'user-agent: *\ndisallow: /', '/a', false],
    ['a group for another', 'user-agent: other\ndisallow: /', '/a', true],
    ['names in any case', 'User-Agent: MIMIR\nDISALLOW: /', '/a', false],
    ['a version behind the name', 'user-agent: mimir/2.1\ndisallow: /', '/a', false],
    ['words behind the name', 'user-agent: mimir images\ndisallow: /', '/a', false],
    ['a longer name is another', 'user-agent: mimirbot\ndisallow: /', '/a', true],
    ['a shorter name is another', 'user-agent: mim\ndisallow: /', '/a', true],
    ['a name with a hyphen is another', 'user-agent: mimir-image\ndisallow: /', '/a', true],
    ['a star with a comment', 'user-agent: * # all\ndisallow: /', '/a', false],
    ['a star with words behind it', 'user-agent: * baz\ndisallow: /', '/a', false],
    ['a star that is part of a name', 'user-agent: *mimir\ndisallow: /', '/a', true],
    [
      'the group of our name hides the one for everyone',
      'user-agent: *\ndisallow: /a\nuser-agent: mimir\ndisallow: /b',
      '/a',
      true,
    ],
    ['also when it comes first', 'user-agent: mimir\ndisallow: /b\nuser-agent: *\ndisallow: /a', '/a', true],
    [
      'also when it is empty',
      'user-agent: mimir\n\nuser-agent: other\ndisallow: /x\n\nuser-agent: *\ndisallow: /',
      '/y',
      true,
    ],
    ['several names share rules', 'user-agent: other\nuser-agent: mimir\ndisallow: /', '/a', false],
    ['an empty line within a group ends nothing', 'user-agent: other\n\nuser-agent: mimir\n\ndisallow: /', '/a', false],
    [
      'groups of one name are merged',
      'user-agent: mimir\ndisallow: /a\nuser-agent: other\ndisallow: /\nuser-agent: mimir\ndisallow: /b',
      '/b',
      false,
    ],
    [
      'groups of one name are merged, the first too',
      'user-agent: mimir\ndisallow: /a\nuser-agent: other\ndisallow: /\nuser-agent: mimir\ndisallow: /b',
      '/a',
      false,
    ],
    [
      'groups for everyone are merged',
      'user-agent: *\ndisallow: /a\nuser-agent: other\ndisallow: /\nuser-agent: *\ndisallow: /b',
      '/a',
      false,
    ],
    ['a rule ends a group', 'user-agent: other\ndisallow: /\nuser-agent: *\ndisallow: /b', '/a', true],
    [
      'a crawl-delay between names ends nothing',
      'user-agent: other\ncrawl-delay: 5\nuser-agent: mimir\ndisallow: /',
      '/a',
      false,
    ],
    [
      'a sitemap between names ends nothing',
      'user-agent: other\nsitemap: https://example.org/s\nuser-agent: mimir\ndisallow: /',
      '/a',
      false,
    ],
    [
      'an unknown line between names ends nothing',
      'user-agent: mimir\nwhatever: x\nuser-agent: *\ndisallow: /',
      '/a',
      false,
    ],
    ['rules before any name do not count', 'disallow: /\nuser-agent: *\nallow: /', '/a', true],
    ['rules without any name do not count', 'foo: mimir\nbar: x\ndisallow: /', '/a', true],
  ])('%s', (_, robots, path, allowed) => {
    expect(allows(robots, path)).toBe(allowed);
  });
});

describe('lines', () => {
  test.each<Case>([
    ['end with CR LF', 'user-agent: *\r\ndisallow: /', '/a', false],
    ['end with CR', 'user-agent: *\rdisallow: /', '/a', false],
    ['end in all ways', 'user-agent: *\r\n\rallow: /b\ndisallow: /\n\r', '/a', false],
    ['may begin with a byte order mark', '\ufeffuser-agent: *\ndisallow: /', '/a', false],
    ['may have spaces around', '\t user-agent \t: \t * \n  disallow  :   /  ', '/a', false],
    ['may have comments', '# all\nuser-agent: * # you\ndisallow: / # me', '/a', false],
    ['a comment ends a path', 'user-agent: *\ndisallow: /a#b', '/a', false],
    ['may lack the colon', 'user-agent *\ndisallow /', '/a', false],
    ['without a colon and with three words are none', 'user-agent: *\ndisallow / a', '/a', true],
    ['useragent', 'useragent: *\ndisallow: /', '/a', false],
    ['user agent', 'user agent: *\ndisallow: /', '/a', false],
    ['disalow', 'user-agent: *\ndisalow: /', '/a', false],
    ['dissallow', 'user-agent: *\ndissallow: /', '/a', false],
    ['dissalow', 'user-agent: *\ndissalow: /', '/a', false],
    ['diasllow', 'user-agent: *\ndiasllow: /', '/a', false],
    ['disallaw', 'user-agent: *\ndisallaw: /', '/a', false],
    ['are not guessed beyond that', 'user-agent: *\ndesallow: /', '/a', true],
    ['that are HTML mean nothing', '<html><body>user-agent: *\ndisallow: /</body></html>', '/a', true],
    ['with NUL mean something else', 'user-agent: *\ndisallow: /a\u0000b', '/a', true],
  ])('%s', (_, robots, path, allowed) => {
    expect(allows(robots, path)).toBe(allowed);
  });

  test.each([
    [[0xef, 0xbb], false],
    [[0xef], false],
    [[0xef, 0x11, 0xbf], true],
  ])('half of a byte order mark %j is passed over, another byte is not', (bytes, allowed) => {
    expect(allows(Buffer.concat([Buffer.from(bytes), Buffer.from('user-agent: *\ndisallow: /')]), '/a')).toBe(allowed);
  });

  test('are read to 16,664 bytes', () => {
    const start = 'disallow: /x/';
    const long = 'a'.repeat(2083 * 8 - start.length);
    const robots = `user-agent: *\n${start}${long}/qux\n`;
    expect(allows(robots, `/x/${long}/fux`)).toBe(false);
    expect(allows(robots, `/x/${long.slice(1)}/qux`)).toBe(true);
  });
});

describe('rules', () => {
  test.each<Case>([
    ['an empty disallow forbids nothing', 'disallow:', '/a', true],
    ['an empty allow allows nothing', 'allow:\ndisallow: /', '/a', false],
    ['the longest wins', 'allow: /x/page.html\ndisallow: /x/', '/x/page.html', true],
    ['the longest wins, wherever it stands', 'disallow: /x/\nallow: /x/page.html', '/x/', false],
    ['the longest wins against allow', 'allow: /x\ndisallow: /x/y', '/x/y', false],
    ['allow wins a tie', 'disallow: /x/page.html\nallow: /x/page.html', '/x/page.html', true],
    ['allow wins a tie of empty ones', 'disallow: \nallow: ', '/a', true],
    ['allow wins a tie of slashes', 'disallow: /\nallow: /', '/a', true],
    ['a directory without its slash is another', 'disallow: /x\nallow: /x/', '/x', false],
    ['a directory with its slash', 'disallow: /x\nallow: /x/', '/x/', true],
    ['wildcards count by their length', 'disallow: /x/page.html\nallow: /x/*.htm', '/x/page.html', false],
    ['wildcards that are longer', 'disallow: /x/p\nallow: /x/*.html', '/x/page.html', true],
    ['case matters in paths', 'disallow: /X/', '/x/', true],
    ['a path is a beginning', 'disallow: /fish', '/fish.html', false],
    ['a path is a beginning, deeper too', 'disallow: /fish', '/fish/salmon.html', false],
    ['a path is a beginning of the path only', 'disallow: /fish', '/catfish', true],
    ['a path is a beginning with its query', 'disallow: /fish', '/fish?id=anything', false],
    ['a path without a slash matches nothing', 'disallow: fish', '/fish', true],
    ['a star at the end changes nothing', 'disallow: /fish*', '/fishheads', false],
    ['a star in the middle', 'disallow: /*.php', '/folder/filename.php?parameters', false],
    ['a star in the middle needs what follows', 'disallow: /*.php', '/windows.PHP', true],
    ['two stars', 'disallow: /a*b*c', '/aXXbYYc', false],
    ['two stars in their order', 'disallow: /a*b*c', '/acb', true],
    ['a star may stand for nothing', 'disallow: /a*b', '/ab', false],
    ['a star first', 'disallow: *.gif', '/x/y.gif', false],
    ['an end', 'disallow: /*.php$', '/filename.php', false],
    ['an end that does not come', 'disallow: /*.php$', '/filename.php?parameters', true],
    ['an end that does not come yet', 'disallow: /*.php$', '/filename.php5', true],
    ['an end that comes twice', 'disallow: /*.php$', '/a.php/b.php', false],
    ['an end without a star', 'disallow: /fish$', '/fish', false],
    ['an end without a star, and more', 'disallow: /fish$', '/fishes', true],
    ['a root alone', 'disallow: /$', '/', false],
    ['a root alone, and more', 'disallow: /$', '/a', true],
    ['a dollar in the middle is one', 'disallow: /a$b', '/a$b', false],
    ['parts must not overlap', 'disallow: /ab*bc$', '/abc', true],
    ['a star and an end', 'disallow: /*$', '/a', false],
    ['index.html allows its directory', 'allow: /x/index.html\ndisallow: /', '/x/', true],
    ['index.htm is another page than index.html', 'allow: /x/index.html\ndisallow: /', '/x/index.htm', false],
    ['index.html allows nothing below its directory', 'allow: /x/index.html\ndisallow: /', '/x/y', false],
    ['index.html forbids its page only', 'disallow: /x/index.html', '/x/', true],
  ])('%s', (_, rules, path, allowed) => {
    expect(allows(group(rules), path)).toBe(allowed);
  });
});

describe('escapes', () => {
  test.each<Case>([
    [
      'a query with an address',
      'disallow: /\nallow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par',
      '/foo/bar?qux=taz&baz=http://foo.bar?tar&par',
      true,
    ],
    ['characters beyond ASCII are bytes of UTF-8', 'disallow: /\nallow: /foo/bar/ツ', '/foo/bar/%E3%83%84', true],
    ['characters in an address are escaped already', 'disallow: /\nallow: /foo/bar/ツ', '/foo/bar/ツ', false],
    ['escapes stand for themselves', 'disallow: /\nallow: /foo/bar/%E3%83%84', '/foo/bar/%E3%83%84', true],
    ['escapes in small letters', 'disallow: /\nallow: /foo/bar/%e3%83%84', '/foo/bar/%E3%83%84', true],
    [
      'a needless escape allows only what is written so',
      'disallow: /\nallow: /foo/bar/%62%61%7A',
      '/foo/bar/baz',
      false,
    ],
    [
      'a needless escape allows what is written so',
      'disallow: /\nallow: /foo/bar/%62%61%7A',
      '/foo/bar/%62%61%7A',
      true,
    ],
    ['a needless escape forbids both spellings', 'disallow: /foo/bar/%62%61%7A', '/foo/bar/baz', false],
    ['a needless escape gets around nothing', 'disallow: /foo/bar/baz', '/foo/bar/%62az', false],
    ['an escaped slash is no slash', 'disallow: /a/b', '/a%2Fb', true],
    ['an escaped star is no star', 'disallow: /a%2Ab', '/axb', true],
  ])('%s', (_, robots, path, allowed) => {
    expect(allows(`user-agent: *\n${robots}`, path)).toBe(allowed);
  });

  test('bytes that are no UTF-8 match themselves', () => {
    const robots = Buffer.concat([Buffer.from('user-agent: *\ndisallow: /'), Buffer.from([0xfc])]);
    expect(allows(robots, '/%FC')).toBe(false);
    expect(allows(robots, '/%C3%BC')).toBe(true);
  });
});

test.each([
  ['', '/'],
  ['http://www.example.com', '/'],
  ['http://www.example.com/', '/'],
  ['http://www.example.com/a', '/a'],
  ['http://www.example.com/a/', '/a/'],
  ['http://www.example.com/a/b?c=http://d.e/', '/a/b?c=http://d.e/'],
  ['http://www.example.com/a/b?c=d&e=f#fragment', '/a/b?c=d&e=f'],
  ['example.com', '/'],
  ['example.com/', '/'],
  ['example.com/a', '/a'],
  ['example.com/a/b?c=d&e=f#fragment', '/a/b?c=d&e=f'],
  ['a', '/'],
  ['a/', '/'],
  ['/a', '/a'],
  ['a/b', '/b'],
  ['example.com?a', '/?a'],
  ['example.com/a;b#c', '/a;b'],
  ['//a/b/c', '/b/c'],
])('the path of %j is %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

test('a crawl-delay is in seconds, and of our own group where there is one', () => {
  expect(delay('user-agent: *\ncrawl-delay: 1.5')).toBe(1.5);
  expect(delay('user-agent: *\ncrawl-delay: 9\nuser-agent: mimir\ncrawl-delay: 2')).toBe(2);
  expect(delay('user-agent: *\ncrawl-delay: 9\nuser-agent: mimir\ndisallow: /x')).toBeNull();
  expect(delay('user-agent: *\ncrawl-delay: -1')).toBeNull();
  expect(delay('user-agent: *\ncrawl-delay: soon')).toBeNull();
  expect(delay('crawl-delay: 9')).toBeNull();
});

test('sitemaps are for all, wherever they stand', () => {
  const robots =
    'Sitemap: https://example.org/a.xml\nuser-agent: other\ndisallow: /\nsite-map: https://example.org/ü.xml # new';
  expect(parseRobotsTxt(Buffer.from(robots), 'Mimir').sitemaps).toEqual([
    'https://example.org/a.xml',
    'https://example.org/ü.xml',
  ]);
});

test('rules that are made to take long do not', () => {
  const stars = `user-agent: *\n${`disallow: ${'*a'.repeat(8_000)}b\n`.repeat(31)}`;
  const spaces = `user-agent: *\n${`disallow${' '.repeat(16_000)}x y\n`.repeat(31)}`;
  const many = `user-agent: *\n${'disallow: /*x\n'.repeat(36_000)}`;
  for (const robots of [stars, spaces, many]) expect(allows(robots, `/${'a'.repeat(60_000)}`)).toBe(true);
}, 2_000);
