/** Parameters that say where a reader came from and never what is shown. Names are compared in lower case. */
const trackingParameters: ReadonlySet<string> = new Set([
  // advertising clicks
  'gclid',
  'gclsrc',
  'dclid',
  'gbraid',
  'wbraid',
  'srsltid',
  'fbclid',
  'igshid',
  'msclkid',
  'yclid',
  'ysclid',
  'twclid',
  'ttclid',
  'li_fat_id',
  'epik',
  'wickedid',
  '_openstat',
  // newsletters
  'mc_cid',
  'mc_eid',
  'mkt_tok',
  '_hsenc',
  '_hsmi',
  'vero_id',
  'vero_conv',
  'oly_anon_id',
  'oly_enc_id',
]);
const trackingPrefix = 'utm_';

/** Longer addresses are refused: no publisher needs them, and an index entry in Postgres must hold one. */
const maxLength = 2048;
/** White space and escapes that an address loses when it is parsed. */
const maxWrittenLength = 4 * maxLength;

/**
 * The one spelling under which an address is known: two spellings that every server must treat alike become one, and
 * addresses that might show two different things stay two. Hence http and https, `www.`, a trailing slash, the case
 * of the path and the order of parameters are left alone.
 *
 * @param url as written by a person or a publisher
 * @param base the address of the document that the url stands in, for relative ones
 * @returns null for what is no http(s) address, carries a password, or is longer than 2,048 characters
 */
export function canonicalizeUrl(url: string, base?: string): string | null {
  if (url.length > maxWrittenLength) return null;
  const parsed = URL.parse(url, base);
  if (parsed === null || !isWebAddress(parsed)) return null;
  // A trailing dot marks the name as complete; the site is the same.
  if (parsed.hostname.endsWith('.')) {
    const bare = parsed.hostname.replace(/\.+$/, '');
    if (bare === '') return null;
    parsed.hostname = bare;
  }
  // Each assignment costs as much as parsing the address did.
  const pathname = normalizeEscapes(parsed.pathname);
  if (pathname !== parsed.pathname) parsed.pathname = pathname;
  // Escapes first, or a name that hides behind one is found the second time only.
  const search = withoutTracking(normalizeEscapes(parsed.search));
  if (search !== parsed.search.slice(1) || (search === '' && parsed.href.includes('?'))) parsed.search = search;
  // A fragment is a place on the page, unless a script shows another page by it.
  if (parsed.href.includes('#') && !/^#!?\//.test(parsed.hash)) parsed.hash = '';
  return parsed.href.length > maxLength ? null : parsed.href;
}

/** @returns the address as it was linked, made absolute; null where it has no canonical form and may not be fetched */
export function absoluteUrl(link: string, base: string): string | null {
  return canonicalizeUrl(link, base) === null ? null : (URL.parse(link, base)?.href ?? null);
}

/** Key of an address's collect requests: those of one host are done one after the other. Host name and port. */
export function hostKey(url: string): string {
  return new URL(url).host;
}

/** @returns a link for readers: absolute, without parameters that only say where they came from */
export function cleanLink(link: string, base: string): string | null {
  const absolute = absoluteUrl(link, base);
  const url = absolute === null ? null : URL.parse(absolute);
  if (absolute === null || url === null) return null;
  const kept = withoutTracking(url.search);
  if (kept === url.search.slice(1)) return absolute;
  url.search = kept;
  return url.href;
}

function isWebAddress(url: URL): boolean {
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
}

function withoutTracking(search: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((parameter) => !isTracking(parameter));
  return kept.join('&');
}

function isTracking(parameter: string): boolean {
  const name = parameter.split('=', 1)[0]?.toLowerCase() ?? '';
  return name.startsWith(trackingPrefix) || trackingParameters.has(name);
}

/** RFC 3986, 6.2.2: escapes in capitals, and none for characters that need none. */
function normalizeEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}
