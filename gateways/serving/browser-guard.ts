import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from './bind-address.ts';

/**
 * A service without accounts on loopback is open to every page in the browser of the person in front of it: by requests
 * that need no preflight, and by names that a foreign page lets point to 127.0.0.1. So the Host must be this machine's,
 * and what says where it comes from must come from here.
 *
 * @returns why the request is refused, or null
 */
export function foreignOrigin(headers: IncomingHttpHeaders): string | null {
  const host = hostOf(`http://${headers.host ?? ''}`);
  if (host === null || !isLoopback(host.hostname)) return 'the Host header names another machine than this one';
  if (headers.origin !== undefined && hostOf(headers.origin)?.host !== host.host) {
    return 'the request comes from a page of another origin';
  }
  // A browser says so also where it sends no Origin, for example for an image or a link.
  const site = headers['sec-fetch-site'];
  const isNavigation = headers['sec-fetch-mode'] === 'navigate';
  return (site === 'cross-site' || site === 'same-site') && !isNavigation
    ? 'the request comes from a page of another site'
    : null;
}

function hostOf(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}
