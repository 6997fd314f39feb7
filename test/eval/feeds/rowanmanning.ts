import { parseFeed } from '@rowanmanning/feed-parser';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import type { Counts } from './read-file.ts';

/** The same counts by another parser, which is given the decoded text. @throws Error where it refuses */
export function countsByOther(bytes: Uint8Array): Counts & { readonly tookMs: number } {
  const startedAt = performance.now();
  const { items } = parseFeed(decodeDocument(bytes, ''));
  const tookMs = performance.now() - startedAt;
  return {
    items: items.length,
    titles: items.filter(({ title }) => title !== null && title !== '').length,
    links: items.filter(({ url }) => url !== null && url !== '').length,
    dates: items.filter(({ published, updated }) => published !== null || updated !== null).length,
    tookMs,
  };
}
