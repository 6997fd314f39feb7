import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A feed in a file, and what somebody says is in it. */
export interface FeedFile {
  /** Relative to the directory that was looked through. */
  readonly path: string;
  readonly bytes: Buffer;
  /** From `X.json` beside `X.xml`; null where there is none, or it is no JSON. */
  readonly expected: unknown;
}

const extensions = /\.(?:xml|rss|atom|rdf|json|feed)(?:\.gz)?$/i;

/** All feeds of a directory, at any depth, ordered by path. */
export function findFeeds(directory: string): FeedFile[] {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const feedStems = new Set(paths.filter((path) => !isJson(path)).map(stemOf));
  const expectations = new Map(
    paths.filter((path) => isJson(path) && feedStems.has(stemOf(path))).map((path) => [stemOf(path), path]),
  );
  return paths
    .filter((path) => !isJson(path) || !feedStems.has(stemOf(path)))
    .map((path) => {
      const expectation = expectations.get(stemOf(path));
      const expected = expectation === undefined ? null : jsonOf(readMaybeZipped(expectation));
      return { path: relative(directory, path), bytes: readMaybeZipped(path), expected };
    });
}

function isJson(path: string): boolean {
  return /\.json(?:\.gz)?$/i.test(path);
}

function stemOf(path: string): string {
  return path.replace(extensions, '');
}

function readMaybeZipped(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.toLowerCase().endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
