import { parse } from 'tldts';

/**
 * What politeness counts as one site: the registrable domain by the Public Suffix List, so that www., feeds. and cdn.
 * share one budget. Tenants of a hoster that is listed there (github.io, wordpress.com) are sites of their own, or one
 * of them could keep us from thousands. A host without such a domain (an address, localhost) is a site by itself, with
 * its port.
 *
 * @param url absolute
 */
export function registrableDomain(url: string): string {
  const { host, hostname } = new URL(url);
  const { domain, isIp } = parse(hostname, { allowPrivateDomains: true });
  return isIp === true || domain === null ? host : domain;
}
