import { z } from 'zod';
import { type ConnectorContext, defineConnector, type Validators } from '../connector.ts';
import { problemOfStatus, SourceProblem } from '../source-problem.ts';

const accept =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5';
/** Feeds move behind https, www and a content network at once. */
const maxRedirects = 5;

export const feed = defineConnector({
  name: 'feed',
  purpose: 'Reads RSS, Atom, RDF and JSON Feed.',
  requires_auth: false,
  config: z.strictObject({}),
  async collect({ url, validators, get, parse }) {
    const response = await get(url, { accept, maxRedirects, headers: conditions(validators) });
    const { status, headers, body, finalUrl } = response;
    const { host } = new URL(finalUrl);
    if (status === 304 && validators !== null) return { kind: 'not-modified', status };
    if (status === 304) {
      throw new SourceProblem('http-error', `${host} says "not modified" although we have nothing from it`, status);
    }
    if (status < 200 || status > 299) throw problemOfStatus(status, host);
    const parsed = await parse({ bytes: body, contentType: headers['content-type'] ?? '', url: finalUrl });
    return { kind: 'collected', status, feed: parsed, validators: validatorsOf(headers) };
  },
});

function conditions(validators: ConnectorContext['validators']): Record<string, string> {
  return {
    ...(validators?.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators?.last_modified ? { 'if-modified-since': validators.last_modified } : {}),
  };
}

function validatorsOf(headers: Readonly<Record<string, string>>): Validators | null {
  const { etag = null, 'last-modified': lastModified = null } = headers;
  return etag === null && lastModified === null ? null : { etag, last_modified: lastModified };
}
