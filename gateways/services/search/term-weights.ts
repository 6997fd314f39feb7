import type { Frequencies } from './lexeme-frequencies.ts';

export interface WeighedTerm {
  /** As a tsquery. */
  readonly term: string;
  /** Inverse document frequency. */
  readonly weight: number;
}

export interface WeighedQuery {
  /** The rarest first. */
  readonly weighed: readonly WeighedTerm[];
  /** Of these, a hit has at least one. */
  readonly required: readonly string[];
}

/** A pasted text is searched by the rarest of its words. */
const mostTerms = 32;
/** Ranking reads the vector of each candidate: some 50 ms for so many. */
const mostCandidates = 50_000;

/**
 * Weighs terms by how rare they are, and chooses those that candidates are taken by: an article that has common words
 * of the query alone cannot come far.
 *
 * Source of the weight: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with 1
 * added inside the logarithm so that no word counts against a text, as Lucene has it.
 */
export function weighTerms({ articles, total }: Frequencies): WeighedQuery {
  const rarest = [...articles].toSorted(([, a], [, b]) => a - b).slice(0, mostTerms);
  const required: string[] = [];
  let candidates = 0;
  for (const [term, count] of rarest) {
    candidates += count;
    if (required.length > 0 && candidates > mostCandidates) break;
    required.push(term);
  }
  return {
    weighed: rarest.map(([term, count]) => ({ term, weight: Math.log(1 + (total - count + 0.5) / (count + 0.5)) })),
    required,
  };
}
