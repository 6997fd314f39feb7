import { pathOf, type Pattern, patternOf, withoutNeedlessEscapes } from './pattern.ts';

/** What a robots.txt file says to one robot. */
export interface RobotsTxt {
  /** @param url as it will be asked for; its scheme and host do not matter */
  allows(url: string): boolean;
  /** Between two requests, in seconds; null where the file says nothing. */
  readonly crawlDelaySeconds: number | null;
  /** Addresses of sitemaps, which speak to all robots. */
  readonly sitemaps: readonly string[];
}

/** What stands behind this in a line is not read: eight times the longest address of the first browsers. */
const maxLineBytes = 2083 * 8;
const maxRules = 20_000;
const maxSitemaps = 100;
const byteOrderMark = [0xef, 0xbb, 0xbf];

interface Rule {
  readonly isAllow: boolean;
  readonly pattern: Pattern;
  /** Of a rule that forbids: the same address may be written with needless escapes. */
  readonly plain: Pattern | null;
}

interface Group {
  readonly rules: Rule[];
  crawlDelaySeconds: number | null;
  isNamed: boolean;
}

/**
 * RFC 9309, read as tolerantly as Google's published parser does: keys may be misspelt, a colon may be missing, and
 * `Allow: /a/index.html` allows `/a/` too.
 *
 * @param product the robot's product token, such as `Mimir`
 */
export function parseRobotsTxt(bytes: Uint8Array, product: string): RobotsTxt {
  const ours: Group = { rules: [], crawlDelaySeconds: null, isNamed: false };
  const everyones: Group = { rules: [], crawlDelaySeconds: null, isNamed: false };
  const sitemaps: string[] = [];
  /** The groups that the lines of this place belong to. */
  let named: ReadonlySet<Group> = new Set();
  let sawRule = false;
  let sawAgent = false;

  for (const { key, value } of linesOf(bytes)) {
    if (key === 'user-agent') {
      const group = groupOf(value, product, ours, everyones);
      if (group !== null) group.isNamed = true;
      // Rules end a group; other lines between names do not.
      named = new Set([...(sawRule ? [] : named), ...(group === null ? [] : [group])]);
      sawRule = false;
      sawAgent = true;
    } else if (key === 'sitemap') {
      if (sitemaps.length < maxSitemaps) sitemaps.push(Buffer.from(value, 'latin1').toString('utf8'));
    } else if (key === 'crawl-delay') {
      const seconds = Number(value);
      if (value !== '' && seconds >= 0) for (const group of named) group.crawlDelaySeconds ??= seconds;
    } else if (sawAgent) {
      sawRule = true;
      for (const group of named) addRule(group, key === 'allow', value);
    }
  }
  const group = ours.isNamed ? ours : everyones;
  return {
    allows: (url) => isAllowed(group.rules, pathOf(url)),
    crawlDelaySeconds: group.crawlDelaySeconds,
    sitemaps,
  };
}

function groupOf(value: string, product: string, ours: Group, everyones: Group): Group | null {
  if (/^\*(?:\s|$)/.test(value)) return everyones;
  const token = /^[a-z_-]*/i.exec(value)?.[0] ?? '';
  return token.toLowerCase() === product.toLowerCase() ? ours : null;
}

function addRule(group: Group, isAllow: boolean, path: string): void {
  if (path === '' || group.rules.length >= maxRules) return;
  const pattern = patternOf(path);
  const plainPath = withoutNeedlessEscapes(path);
  group.rules.push({ isAllow, pattern, plain: isAllow ? null : plainPath === path ? pattern : patternOf(plainPath) });
  const directory = isAllow ? /^(.*\/)index\.htm[^/]*$/.exec(path)?.[1] : undefined;
  if (directory !== undefined) group.rules.push({ isAllow, pattern: patternOf(`${directory}$`), plain: null });
}

/** The longest matching rule decides; of two that are as long, the one that allows. */
function isAllowed(rules: readonly Rule[], path: string): boolean {
  const plainPath = withoutNeedlessEscapes(path);
  let allowed = 0;
  let forbidden = 0;
  for (const { isAllow, pattern, plain } of rules) {
    if (pattern.length <= (isAllow ? allowed : forbidden)) continue;
    if (!pattern.matches(path) && plain?.matches(plainPath) !== true) continue;
    if (isAllow) allowed = pattern.length;
    else forbidden = pattern.length;
  }
  return forbidden <= allowed;
}

type Key = 'user-agent' | 'allow' | 'disallow' | 'sitemap' | 'crawl-delay';

const spellings: readonly (readonly [Key, RegExp])[] = [
  ['user-agent', /^(?:user-agent|useragent|user agent)/i],
  ['allow', /^allow/i],
  ['disallow', /^(?:disallow|dissallow|dissalow|disalow|diasllow|disallaw)/i],
  ['sitemap', /^(?:sitemap|site-map)/i],
  ['crawl-delay', /^crawl-?delay/i],
];

/** Lines that mean something; in their values each character is a byte. */
function linesOf(bytes: Uint8Array): { key: Key; value: string }[] {
  let begin = 0;
  while (begin < byteOrderMark.length && bytes[begin] === byteOrderMark[begin]) begin += 1;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', begin);
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const said = (line.slice(0, maxLineBytes).split('#', 1)[0] ?? '').trim();
    const [key, value] = keyAndValue(said);
    const known = spellings.find(([, spelling]) => spelling.test(key));
    return known === undefined ? [] : [{ key: known[0], value }];
  });
}

function keyAndValue(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  if (colon >= 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  // A colon that somebody forgot: the key, white space, and one word.
  const [, key = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(line) ?? [];
  return [key, value];
}
