import type { Sample, Sketch } from './sketch.ts';

/** What judges near texts, with its version: raise it with any change to tokens, sketches or this file. */
export const nearMethod = 'minhash-1';

/** What two texts have in common; each a share of the text that has less. */
export interface Common {
  readonly shingles: number;
  readonly words: number;
  /** 1 where a text has no numbers. */
  readonly numbers: number;
  /** Length of the shorter as a share of the longer. */
  readonly length: number;
}

/** A share that rests on fewer shingles is chance. */
const minShared = 8;

/**
 * Whether one text is a near copy of the other: a function of the two alone, the same both ways.
 *
 * Shares are of the text that has less (containment), since a copy that was cut or framed keeps all of one. Numbers
 * count most: an edited text loses numbers, another report in the same form has others.
 *
 * - contained: nearly all of one stands in the other.
 * - revised: most of it does, with nearly the same words.
 * - reworded: words were replaced throughout. Three words in a row survive seldom then, but the words that are left
 *   stand in a text of the same length. Parts that two texts quote from a third never fulfil that.
 *
 * @returns the score of the link, 0 to 1: the share of the words; null where they are not near
 */
export function nearness(a: Sketch, b: Sketch): number | null {
  const common = commonOf(a, b);
  if (common === null) return null;
  const { shingles, words, numbers, length } = common;
  const isContained = shingles >= 0.9 || (shingles >= 0.8 && numbers >= 0.5);
  const isRevised = shingles >= 0.7 && words >= 0.9 && numbers >= 0.9;
  const isReworded =
    numbers >= 0.95 &&
    ((shingles >= 0.33 && words >= 0.66 && length >= 0.93) || (shingles >= 0.14 && words >= 0.55 && length >= 0.97));
  return isContained || isRevised || isReworded ? rounded(Math.max(shingles, words)) : null;
}

/** @returns null where the texts may not be compared, or share next to nothing */
export function commonOf(a: Sketch, b: Sketch): Common | null {
  if (a.visibility !== b.visibility) return null;
  const shingles = shareOf(a.shingles, b.shingles);
  if (shingles.shared < minShared) return null;
  return {
    shingles: shingles.share,
    words: shareOf(a.words, b.words).share,
    numbers: shareOf(a.numbers, b.numbers).share,
    length: Math.min(a.tokens, b.tokens) / Math.max(a.tokens, b.tokens),
  };
}

/** Below the end of the shorter sample both are complete, so what they share there is a fair share of all. */
function shareOf(a: Sample, b: Sample): { readonly share: number; readonly shared: number } {
  const end = Math.min(endOf(a), endOf(b));
  const inA = countUpTo(a.hashes, end);
  const inB = countUpTo(b.hashes, end);
  let shared = 0;
  for (let atA = 0, atB = 0; atA < inA && atB < inB;) {
    const difference = (a.hashes[atA] ?? 0) - (b.hashes[atB] ?? 0);
    if (difference === 0) shared += 1;
    if (difference <= 0) atA += 1;
    if (difference >= 0) atB += 1;
  }
  const least = Math.min(inA, inB);
  return { share: least === 0 ? 1 : shared / least, shared };
}

const endOf = ({ size, hashes }: Sample) => (size > hashes.length ? (hashes.at(-1) ?? 0) : Number.POSITIVE_INFINITY);

function countUpTo(hashes: Uint32Array, end: number): number {
  let count = hashes.length;
  while (count > 0 && (hashes[count - 1] ?? 0) > end) count -= 1;
  return count;
}

/** To four digits: the score travels as text and is compared as such. */
const rounded = (share: number) => Math.round(share * 10_000) / 10_000;
