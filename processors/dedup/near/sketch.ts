import { createHash } from 'node:crypto';
import { foldedText, hashOf, mixed, type Token, tokensOf } from './tokens.ts';

/** What is kept of a text to find and to recognise those near it. A function of its folded form and the visibility. */
export interface NearFacts {
  /** Packed `Sketch`, base64; about 1.4 KB. */
  readonly sketch: string;
  /** Buckets in which near texts meet: ten hexadecimal digits each, at most 32. */
  readonly bands: readonly string[];
}

/**
 * Samples of a text's features: of each kind the smallest hashes (Broder 1997, "bottom k"). What two of them share of
 * the hashes below the smaller one's end estimates what the texts share.
 */
export interface Sketch {
  /** Texts of different visibility are never near. */
  readonly visibility: string;
  readonly tokens: number;
  /** Runs of three words. */
  readonly shingles: Sample;
  /** Words that are long or numbers. */
  readonly words: Sample;
  readonly numbers: Sample;
}

export interface Sample {
  /** How many different features the text has. */
  readonly size: number;
  /** The smallest of their hashes, of 24 bits, ascending. */
  readonly hashes: Uint32Array;
}

export const sampleSizes = { shingles: 256, words: 96, numbers: 24 } as const;

/** Fewer say nothing: a note, a teaser. */
const minShingles = 24;

/**
 * One row a band, for texts of which two words in five were replaced share one shingle in eight, and longer rows would
 * miss them. What keeps buckets small is that shingles of rarer words are preferred.
 */
const bandCount = 32;

/** @returns null where the text is too short to be near any other */
export function nearFactsOf(visibility: string, text: string): NearFacts | null {
  const tokens = tokensOf(foldedText(text));
  const shingles = shinglesOf(tokens);
  if (shingles.size < minShingles) return null;
  const words = new Set(tokens.filter(({ kind }) => kind !== 'short').map(({ hash }) => hash));
  const numbers = new Set(tokens.filter(({ kind }) => kind === 'number').map(({ hash }) => hash));
  const scope = createHash('sha256').update(visibility).digest().subarray(0, visibilityBytes);
  const parts = [
    sampleOf(shingles.keys(), sampleSizes.shingles),
    sampleOf(words, sampleSizes.words),
    sampleOf(numbers, sampleSizes.numbers),
  ];
  const header = Buffer.alloc(headerBytes);
  scope.copy(header);
  [tokens.length, shingles.size, words.size, numbers.size].forEach((count, at) =>
    header.writeUInt16BE(Math.min(count, 65_535), visibilityBytes + 2 * at),
  );
  return {
    sketch: Buffer.concat([header, ...parts]).toString('base64'),
    bands: bandsOf(shingles, hashOf(visibility)),
  };
}

/** By the hash of each shingle, whether two of its words are long or numbers. */
function shinglesOf(tokens: readonly Token[]): ReadonlyMap<number, boolean> {
  const shingles = new Map<number, boolean>();
  for (let at = 2; at < tokens.length; at += 1) {
    const run = tokens.slice(at - 2, at + 1);
    const [a, b, c] = run as [Token, Token, Token];
    const hash = mixed(
      Math.imul(a.hash, 0x9e3779b1) ^ Math.imul(mixed(b.hash), 0x85ebca77) ^ Math.imul(mixed(c.hash ^ 1), 0xc2b2ae3d),
    );
    shingles.set(hash, run.filter(({ kind }) => kind !== 'short').length >= 2);
  }
  return shingles;
}

function sampleOf(hashes: Iterable<number>, size: number): Buffer {
  const kept = Uint32Array.from(hashes).sort().subarray(0, size);
  const packed = Buffer.alloc(3 * kept.length);
  let to = 0;
  for (const hash of kept) {
    packed[to] = hash >>> 24;
    packed[to + 1] = hash >>> 16;
    packed[to + 2] = hash >>> 8;
    to += 3;
  }
  return packed;
}

/** One-permutation hashing (Li, Owen, Zhang 2012): the shingles fall into bins, and the smallest of each is its band. */
function bandsOf(shingles: ReadonlyMap<number, boolean>, scope: number): readonly string[] {
  const smallest = new Map<number, number>();
  for (const [hash, isTelling] of shingles) {
    const rank = (mixed(hash ^ 0x5bd1e995) >>> 1) + (isTelling ? 0 : 2 ** 31);
    const bin = hash % bandCount;
    if (rank < (smallest.get(bin) ?? Number.POSITIVE_INFINITY)) smallest.set(bin, rank);
  }
  return [...smallest].map(([bin, rank]) => {
    const value = mixed((rank ^ scope) >>> 0);
    return value.toString(16).padStart(8, '0') + bin.toString(16).padStart(2, '0');
  });
}

const visibilityBytes = 6;
const headerBytes = visibilityBytes + 4 * 2;

/** Unpacks a sketch of `nearFactsOf`. */
export function sketchOf(packed: string): Sketch {
  const bytes = Buffer.from(packed, 'base64');
  const [tokens = 0, ...sizes] = [0, 1, 2, 3].map((at) => bytes.readUInt16BE(visibilityBytes + 2 * at));
  let from = headerBytes;
  // Each text is compared with up to 32 others, whose samples are unpacked for it.
  const sample = (size: number, most: number): Sample => {
    const hashes = new Uint32Array(Math.min(size, most));
    for (let at = 0; at < hashes.length; at += 1) {
      hashes[at] = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
      from += 3;
    }
    return { size, hashes };
  };
  const [shingles = 0, words = 0, numbers = 0] = sizes;
  return {
    visibility: bytes.toString('hex', 0, visibilityBytes),
    tokens,
    shingles: sample(shingles, sampleSizes.shingles),
    words: sample(words, sampleSizes.words),
    numbers: sample(numbers, sampleSizes.numbers),
  };
}
