import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { FetchError } from './fetch-error.ts';

/**
 * An address that may be asked: http or https, no password in it, no port of another protocol, and no literal address
 * inside. The URL parser has brought notations such as 0x7f.1 or 2130706433 to 127.0.0.1 already.
 *
 * @throws FetchError bad-url, blocked-address
 */
export function requestTarget(url: string, guard: AddressGuard, base?: string): URL {
  const target = URL.parse(url, base);
  if (target === null) throw new FetchError('bad-url', url, `"${shortened(url)}" is no web address`);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new FetchError('bad-url', url, `addresses begin with http:// or https://, not with ${target.protocol}`);
  }
  if (target.username !== '' || target.password !== '') {
    throw new FetchError('bad-url', redacted(target), 'an address must not carry a user name or password');
  }
  if (otherProtocols.has(target.port)) {
    throw new FetchError('bad-url', url, `port ${target.port} belongs to another protocol than HTTP`);
  }
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !guard.permits(literal)) throw blockedAddress(target);
  // RFC 6761, 6.3: these names are this machine, whatever a resolver says or does not say.
  if (isOwnName(target.hostname) && !guard.permits('127.0.0.1') && !guard.permits('::1')) throw blockedAddress(target);
  return target;
}

/** The same words whether anything listens there or not. */
export function blockedAddress(target: URL): FetchError {
  return new FetchError(
    'blocked-address',
    target.href,
    `${target.hostname} leads to an address inside a private network, which is not fetched; an operator may allow a range by MIMIR_EGRESS_ALLOW`,
  );
}

function isOwnName(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(hostname);
}

function redacted(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The ports that browsers refuse: https://fetch.spec.whatwg.org/#port-blocking */
const otherProtocols: ReadonlySet<string> = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 ' +
    '137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 ' +
    '1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  ).split(' '),
);
