import { type ArticleLexemes, positionOf } from '../../analysis/article-lexemes.ts';
import type { QueryDocument } from '../document.ts';
import type { Compiled } from './compiled.ts';
import { lexemesOf } from './document-lexemes.ts';
import { isInRange } from './in-range.ts';
import type { NearVectors } from './near-vectors.ts';
import { type Terms, valueBit } from './terms.ts';
import { forEachValueToken } from './value-tokens.ts';

/** A word with accents may be found by two stems. */
const severalTokens = -1;

/**
 * The article that queries are held against: which of their terms it has. One object for all articles, one after the
 * other: what it knows of an article is marked with the article's number, so that nothing is cleared between two.
 */
export class SeenArticle {
  readonly #terms: Terms;
  readonly #vectors: NearVectors;
  #article = 0;
  #document: QueryDocument | undefined;
  #now = 0;
  #lexemes: ArticleLexemes = new Map();
  /** By term: the last article that has it. */
  #seenIn = new Uint32Array(1_024);
  /** By term: by which of its tokens. */
  #tokenOf = new Int32Array(1_024);
  #found: number[] = [];

  constructor(terms: Terms, vectors: NearVectors) {
    this.#terms = terms;
    this.#vectors = vectors;
  }

  /** @returns the terms that it has, of all that any query asks for */
  look(document: QueryDocument, now: number): readonly number[] {
    this.#article += 1;
    this.#document = document;
    this.#now = now;
    this.#found = [];
    this.#lexemes = lexemesOf(document);
    if (this.#seenIn.length < this.#terms.end) {
      this.#seenIn = new Uint32Array(this.#terms.end * 2);
      this.#tokenOf = new Int32Array(this.#terms.end * 2);
    }
    this.#terms.sawArticle();
    for (const [lexeme, places] of this.#lexemes) {
      const token = this.#terms.tokenOf(lexeme);
      if (token !== undefined) this.#mark(token, bitsOf(places));
    }
    forEachValueToken(document, (value) => {
      const token = this.#terms.tokenOf(value);
      if (token !== undefined) this.#mark(token, valueBit);
    });
    this.#vectors.lookAt(document.vector);
    return this.#found;
  }

  holds(node: Compiled): boolean {
    switch (node.op) {
      case 'and':
        for (const clause of node.clauses) if (!this.holds(clause)) return false;
        return true;
      case 'or':
        for (const clause of node.clauses) if (this.holds(clause)) return true;
        return false;
      case 'not':
        return !this.holds(node.clause);
      case 'term':
        return this.#seenIn[node.term] === this.#article;
      case 'phrase':
        return this.#hasPhrase(node.terms);
      case 'near':
        return this.#vectors.isNear(node.row);
      default:
        return this.#document !== undefined && isInRange(node.range, this.#document, this.#now, node.organizationId);
    }
  }

  #mark(token: number, bits: number): void {
    for (const term of this.#terms.termsOf(token)) {
      if ((this.#terms.bitsOf(term) & bits) === 0) continue;
      if (this.#seenIn[term] === this.#article) {
        this.#tokenOf[term] = severalTokens;
        continue;
      }
      this.#seenIn[term] = this.#article;
      this.#tokenOf[term] = token;
      this.#terms.sawTerm(term);
      this.#found.push(term);
    }
  }

  #hasPhrase(terms: readonly number[]): boolean {
    for (const term of terms) if (this.#seenIn[term] !== this.#article) return false;
    const places = terms.map((term) => this.#placesOf(term));
    const bits = this.#terms.bitsOf(terms[0] ?? 0);
    const rarest = places.reduce((least, each, at) => (each.length < (places[least]?.length ?? 0) ? at : least), 0);
    for (const place of places[rarest] ?? []) {
      const first = positionOf(place) - rarest;
      if (places.every((each, at) => standsAt(each, first + at, bits))) return true;
    }
    return false;
  }

  /** In ascending order. */
  #placesOf(term: number): readonly number[] {
    const token = this.#tokenOf[term] ?? severalTokens;
    if (token !== severalTokens) return this.#lexemes.get(this.#terms.textOf(token)) ?? [];
    const all = this.#terms.textsOf(term).flatMap((lexeme) => this.#lexemes.get(lexeme) ?? []);
    return all.toSorted((one, other) => one - other);
  }
}

/** Two low bits of a place tell its part: see article-lexemes.ts. */
const bitOf = (place: number): number => 1 << (place & 3);

function bitsOf(places: readonly number[]): number {
  let bits = 0;
  for (const place of places) bits |= bitOf(place);
  return bits;
}

/** Whether one of the places is of that position and of one of these parts. */
function standsAt(places: readonly number[], position: number, bits: number): boolean {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positionOf(places[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place !== undefined && positionOf(place) === position && (bitOf(place) & bits) !== 0;
}
