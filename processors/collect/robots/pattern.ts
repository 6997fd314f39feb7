/** A path of a robots.txt rule: `*` stands for any characters, a `$` at its end for the end of the address. */
export interface Pattern {
  /** In characters, escapes counted as three: the longest matching rule wins (RFC 9309, 2.2.2). */
  readonly length: number;
  /** @param path with its query, as sent to the server */
  matches(path: string): boolean;
}

/** @param text in which each character is a byte */
export function patternOf(text: string): Pattern {
  const escaped = escapedAsSent(text);
  const isAnchored = escaped.endsWith('$');
  const [first = '', ...others] = (isAnchored ? escaped.slice(0, -1) : escaped).split('*');
  const last = others.pop();
  const matches = (path: string): boolean => {
    if (!path.startsWith(first)) return false;
    if (last === undefined) return !isAnchored || path.length === first.length;
    let at = first.length;
    // The first place that fits leaves most for the rest, so none has to be tried again.
    for (const part of others) {
      const found = path.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return isAnchored ? path.length - last.length >= at && path.endsWith(last) : path.includes(last, at);
  };
  return { length: escaped.length, matches };
}

/** Escapes in capitals, and one for each byte that is not ASCII: so stands the address in a request. */
function escapedAsSent(text: string): string {
  return text
    .replaceAll(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase())
    .replaceAll(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Without escapes for characters that need none (RFC 9309, 2.2.2). */
export function withoutNeedlessEscapes(path: string): string {
  return path.replaceAll(/%[2-7][\da-f]/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape;
  });
}

/** @returns path and query of an address as it is written; `/` where it has none */
export function pathOf(url: string): string {
  const begin = url.startsWith('//') ? 2 : 0;
  const scheme = url.indexOf('://', begin);
  const early = url.slice(begin).search(/[/?;]/);
  const hostBegin = scheme >= 0 && (early < 0 || early + begin > scheme) ? scheme + 3 : begin;
  const relative = url.slice(hostBegin).search(/[/?;]/);
  const pathBegin = relative < 0 ? -1 : relative + hostBegin;
  const hash = url.indexOf('#', begin);
  if (pathBegin < 0 || (hash >= 0 && hash < pathBegin)) return '/';
  const path = url.slice(pathBegin, hash < 0 ? undefined : hash);
  return path.startsWith('/') ? path : `/${path}`;
}
