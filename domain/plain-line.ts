import { decodeHTML } from 'entities';
import { capped, oneLine } from './clean-text.ts';

const maxCharacters = 2_000;
const maxNameCharacters = 200;

/**
 * A title as plain text in one line, of 2,000 characters at most.
 *
 * @param isHtml whether markup and character references are to be resolved
 */
export function plainLine(text: string, isHtml: boolean): string {
  const short = capped(text, maxCharacters * 10);
  // Text that only looks like markup ("a < b") stays; the pattern reads each character once.
  const plain = isHtml ? decodeHTML(short.replace(/<\/?[a-z!][^<>]*>/gi, '')) : short;
  return capped(oneLine(plain), maxCharacters);
}

/** Names or tags as plain text, each once whatever its case. */
export function plainNames(names: readonly string[], max: number): string[] {
  const unique = new Map<string, string>();
  for (const name of names.slice(0, max * 4)) {
    const plain = capped(plainLine(name, true), maxNameCharacters);
    if (plain !== '' && !unique.has(plain.toLowerCase())) unique.set(plain.toLowerCase(), plain);
  }
  return [...unique.values()].slice(0, max);
}
