import type { ConnectorContext, FeedDocument, Validators } from './connector.ts';
import { problemOfStatus, SourceProblem } from './source-problem.ts';

export type Answer =
  | { readonly kind: 'not-modified'; readonly status: number }
  | {
      readonly kind: 'changed';
      readonly status: number;
      readonly document: FeedDocument;
      readonly validators: Validators | null;
    };

/**
 * Fetches a source's address unless it is as it was at the last collection.
 *
 * @param accept the Accept header: media types, the wanted ones first
 * @throws SourceProblem for every status that brings no content
 * @throws FetchError
 */
export async function getIfChanged(
  { url, validators, get }: Pick<ConnectorContext, 'url' | 'validators' | 'get'>,
  accept: string,
): Promise<Answer> {
  let response = await get(url, { accept, headers: conditions(validators) });
  if (response.status === 304 && validators === null) {
    response = await get(url, { accept, headers: { 'cache-control': 'no-cache' } });
  }
  const { status, headers, body, finalUrl } = response;
  const { host } = new URL(finalUrl);
  if (status === 304 && validators !== null) return { kind: 'not-modified', status };
  if (status === 304) {
    throw new SourceProblem(
      'unexpected-304',
      `${host} says "not modified", twice, although we did not ask whether it was`,
      status,
    );
  }
  if (status < 200 || status > 299) throw problemOfStatus(status, host);
  const document = { bytes: body, contentType: headers['content-type'] ?? '', url: finalUrl };
  return { kind: 'changed', status, document, validators: validatorsOf(headers) };
}

function conditions(validators: Validators | null): Record<string, string> {
  return {
    ...(validators?.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators?.last_modified ? { 'if-modified-since': validators.last_modified } : {}),
  };
}

function validatorsOf(headers: Readonly<Record<string, string>>): Validators | null {
  const { etag = null, 'last-modified': lastModified = null } = headers;
  return etag === null && lastModified === null ? null : { etag, last_modified: lastModified };
}
