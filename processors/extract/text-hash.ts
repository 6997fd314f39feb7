import { createHash } from 'node:crypto';

/** Equal for texts that differ in case, white space and compatibility forms of characters only. SHA-256, hex. */
export function textHash(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(folded).digest('hex');
}

/**
 * The body without the title above it: a copy under another headline has then the same text.
 *
 * @param titles all that the title may be: the entry's, the page's
 */
export function withoutLeadingTitle(text: string, titles: readonly (string | null)[]): string {
  const known = new Set(titles.filter((title) => title !== null).map(fold));
  const paragraphs = text.split('\n\n');
  const first = paragraphs[0];
  return first !== undefined && paragraphs.length > 1 && known.has(fold(first))
    ? paragraphs.slice(1).join('\n\n')
    : text;
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
