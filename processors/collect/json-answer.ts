import { decodeDocument } from '../../domain/decode-bytes.ts';
import type { FeedDocument } from './connector.ts';
import { SourceProblem } from './source-problem.ts';

/** @throws SourceProblem not-json; says what came instead */
export function jsonOf({ bytes, contentType, url }: FeedDocument): unknown {
  const { host } = new URL(url);
  const text = decodeDocument(bytes, contentType)
    .replace(/^\ufeff/, '')
    .trim();
  try {
    return JSON.parse(text);
  } catch {
    const came = text === '' ? 'nothing' : text.startsWith('<') ? 'a web page or XML' : 'broken JSON or something else';
    throw new SourceProblem('not-json', `${host} sent ${came} where JSON was expected: is ${url} the API's address?`);
  }
}

/**
 * What stands at a path of JSON: own properties only, so that names such as __proto__ mean nothing.
 *
 * @param path names joined by dots; numbers are places in lists
 * @returns undefined where there is nothing
 */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** @returns null for what is no text or number */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

/** @returns the value where it is one, else null */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
