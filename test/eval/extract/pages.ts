import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const expectation = z.object({
  articleBody: z.string(),
  url: z.string().optional(),
  title: z.string().nullish(),
  authors: z.union([z.string(), z.array(z.string())]).nullish(),
  published: z.string().nullish(),
});

/** A page of the set: where it cannot be read, why. */
export type EvalPage = {
  readonly id: string;
  readonly url: string;
  readonly text: string;
  readonly title: string | null;
  readonly authors: readonly string[] | null;
  /** As written. */
  readonly published: string | null;
} & ({ readonly html: Buffer } | { readonly fault: string });

const placeholder = 'https://example.org/article';
const maxBytes = 64_000_000;

/**
 * The pages of a directory in the layout of Scrapinghub's article-extraction-benchmark: html/ID.html.gz (or ID.html) and
 * ground-truth.json with articleBody by id. Title, authors, published and url are optional.
 *
 * @throws Error where there is no ground truth
 */
export function evalPages(directory: string): EvalPage[] {
  const path = join(directory, 'ground-truth.json');
  if (!existsSync(path)) throw new Error(`${path} is missing: give a directory with html/ and ground-truth.json`);
  const truths = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
  const ids = Object.keys(truths);
  if (ids.length === 0) throw new Error(`${path} holds no pages`);
  return ids.map((id) => {
    const truth = expectation.safeParse(truths[id]);
    const { articleBody = '', url, title, authors, published } = truth.data ?? {};
    const known = {
      id,
      url: url !== undefined && URL.canParse(url) ? url : placeholder,
      text: articleBody,
      title: title ?? null,
      authors: authors === null || authors === undefined ? null : [authors].flat(),
      published: published ?? null,
    };
    if (!truth.success) return { ...known, fault: 'its ground truth has no articleBody' };
    try {
      return { ...known, html: readPage(directory, id) };
    } catch (error) {
      return { ...known, fault: error instanceof Error ? error.message : String(error) };
    }
  });
}

function readPage(directory: string, id: string): Buffer {
  const packed = join(directory, 'html', `${id}.html.gz`);
  if (existsSync(packed)) return gunzipSync(readFileSync(packed), { maxOutputLength: maxBytes });
  return readFileSync(join(directory, 'html', `${id}.html`));
}
