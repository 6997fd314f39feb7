/** Parts of an article as bits; values belong to none. */
export const partBits = { anywhere: 0b0111, title: 0b0001, summary: 0b0010, text: 0b0100 } as const;
export const valueBit = 0b1000;

/**
 * How many articles a term is expected in before any was seen, of `assumedArticles`; its own count takes over as articles
 * come.
 */
const assumedArticles = 50;
/** Counts are halved beyond: what was frequent last month need not be now. */
const mostArticles = 50_000;

/**
 * What clauses ask for, each once however many queries ask: any of some tokens (the forms of a word, or a value) in some
 * parts of an article. Tokens and terms are numbers; those that nobody asks for any more are given out again.
 */
export class Terms {
  readonly #tokens = new Map<string, number>();
  readonly #termsByKey = new Map<string, number>();
  /** By token. */
  readonly #texts: string[] = [];
  /** By token: the terms that ask for it. */
  readonly #termsOfToken: number[][] = [];
  /** By term. */
  readonly #keys: string[] = [];
  readonly #tokensOfTerm: (readonly number[])[] = [];
  readonly #bits: number[] = [];
  readonly #users: number[] = [];
  readonly #counts: number[] = [];
  readonly #freeTokens: number[] = [];
  readonly #freeTerms: number[] = [];
  #articles = assumedArticles;

  /** @returns the number of a token that somebody asks for */
  tokenOf(text: string): number | undefined {
    return this.#tokens.get(text);
  }

  termsOf(token: number): readonly number[] {
    return this.#termsOfToken[token] ?? [];
  }

  /** In which parts a term is looked for. */
  bitsOf(term: number): number {
    return this.#bits[term] ?? 0;
  }

  textOf(token: number): string {
    return this.#texts[token] ?? '';
  }

  /** The tokens any of which a term asks for. */
  textsOf(term: number): readonly string[] {
    return (this.#tokensOfTerm[term] ?? []).map((token) => this.textOf(token));
  }

  /** No term has a number as great as this. */
  get end(): number {
    return this.#keys.length;
  }

  /** The share of articles that have the term, as far as they were seen. */
  shareOf(term: number): number {
    return (this.#counts[term] ?? 0) / this.#articles;
  }

  sawArticle(): void {
    this.#articles += 1;
    if (this.#articles < mostArticles) return;
    this.#articles /= 2;
    for (const [term, count] of this.#counts.entries()) this.#counts[term] = count / 2;
  }

  sawTerm(term: number): void {
    this.#counts[term] = (this.#counts[term] ?? 0) + 1;
  }

  /** @param assumedShare of articles that have it, until it is known better */
  acquire(texts: readonly string[], bits: number, assumedShare: number): number {
    const key = `${bits} ${texts.length} ${texts.join('\0')}`;
    const known = this.#termsByKey.get(key);
    if (known !== undefined) {
      this.#users[known] = (this.#users[known] ?? 0) + 1;
      return known;
    }
    const term = this.#freeTerms.pop() ?? this.#keys.length;
    const tokens = texts.map((text) => this.#acquireToken(text, term));
    this.#termsByKey.set(key, term);
    this.#keys[term] = key;
    this.#tokensOfTerm[term] = tokens;
    this.#bits[term] = bits;
    this.#users[term] = 1;
    this.#counts[term] = assumedShare * this.#articles;
    return term;
  }

  release(term: number): void {
    const users = (this.#users[term] ?? 0) - 1;
    this.#users[term] = users;
    if (users > 0) return;
    for (const token of this.#tokensOfTerm[term] ?? []) this.#releaseToken(token, term);
    this.#termsByKey.delete(this.#keys[term] ?? '');
    this.#keys[term] = '';
    this.#tokensOfTerm[term] = [];
    this.#freeTerms.push(term);
  }

  #acquireToken(text: string, term: number): number {
    const known = this.#tokens.get(text);
    if (known !== undefined) {
      this.#termsOfToken[known]?.push(term);
      return known;
    }
    const token = this.#freeTokens.pop() ?? this.#termsOfToken.length;
    this.#tokens.set(text, token);
    // Most tokens have one term: an array that was pushed to would have room for seventeen.
    this.#termsOfToken[token] = [term];
    this.#texts[token] = text;
    return token;
  }

  #releaseToken(token: number, term: number): void {
    const terms = this.#termsOfToken[token] ?? [];
    terms.splice(terms.indexOf(term), 1);
    if (terms.length > 0) return;
    this.#tokens.delete(this.#texts[token] ?? '');
    this.#texts[token] = '';
    this.#freeTokens.push(token);
  }
}
