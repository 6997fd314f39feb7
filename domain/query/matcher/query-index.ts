import type { Query } from '../ast.ts';
import { type DocumentPart, partsOf, type QueryDocument } from '../document.ts';
import { type Plan, planQuery } from '../plan.ts';
import { type Compiled, compile, release, requireVectors } from './compiled.ts';
import { type Necessary, necessaryFor } from './necessary.ts';
import { type NearRow, NearVectors } from './near-vectors.ts';
import type { Question } from './question.ts';
import { type MatchedClause, reasonsFor } from './reasons.ts';
import { SeenArticle } from './seen-article.ts';
import { Terms } from './terms.ts';

/** A query that selects an article. */
export interface Match {
  readonly id: string;
  readonly clauses: readonly MatchedClause[];
}

interface Entry {
  readonly id: string;
  readonly plan: Plan;
  readonly node: Compiled;
  readonly parts: ReadonlySet<DocumentPart>;
  /** Where it is filed; null: with those that every article is held against. */
  necessary: Necessary | null;
  /** Articles that it was held against in vain since it was filed, and how many of them make it be filed anew. */
  vain: number;
  patience: number;
  /** The last article that it was held against. */
  article: number;
}

const firstPatience = 32;
const mostPatience = 4_096;

/**
 * Thousands of queries, of which an article finds those that select it: those that `matches` holds for, the needed parts
 * of which are there.
 *
 * Each query is filed under clauses without one of which it selects nothing, the rarest that it has: an article is held
 * against the queries that it meets there, and against the few that cannot be filed, such as those of a NOT alone. How
 * rare terms are is counted from the articles; a query that is met in vain again and again is filed anew.
 *
 * Setting one query costs as much as it is long, however many there are. Memory is kept for queries and their terms, not
 * for articles. Not to be used by two at a time: `match` is done when it returns.
 */
export class QueryIndex {
  readonly #terms = new Terms();
  readonly #vectors = new NearVectors();
  readonly #seen = new SeenArticle(this.#terms, this.#vectors);
  readonly #entries = new Map<string, Entry>();
  readonly #byTerm = new Map<number, Set<Entry>>();
  readonly #byRow = new Map<NearRow, Entry>();
  readonly #always = new Set<Entry>();
  #article = 0;
  #candidates = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** How often an article was held against a query, of all articles so far. */
  get candidates(): number {
    return this.#candidates;
  }

  /**
   * Adds a query, or replaces the one of that id.
   *
   * @throws QuerySyntaxError where there is nothing to look for
   * @throws RangeError where the vector of a near is not given; the query that was there stays in both cases
   */
  set(id: string, query: Query, question: Question): void {
    const { plan } = planQuery(query);
    requireVectors(plan, question.nearVectors);
    const node = compile(plan, { terms: this.#terms, vectors: this.#vectors }, question);
    this.delete(id);
    const entry: Entry = {
      id,
      plan,
      node,
      parts: partsOf(query),
      necessary: necessaryFor(node, this.#terms),
      vain: 0,
      patience: firstPatience,
      article: 0,
    };
    this.#entries.set(id, entry);
    this.#file(entry);
  }

  /** @returns whether it was there */
  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#takeOut(entry);
    release(entry.node, { terms: this.#terms, vectors: this.#vectors });
    return true;
  }

  /**
   * The queries that select an article, in no order.
   *
   * @param now milliseconds since 1970, for relative times
   */
  match(document: QueryDocument, now: number): readonly Match[] {
    this.#article += 1;
    const matches: Match[] = [];
    const again: Entry[] = [];
    const hold = (entry: Entry): void => {
      if (entry.article === this.#article) return;
      entry.article = this.#article;
      this.#candidates += 1;
      if (!hasAll(document.parts, entry.parts)) return;
      if (this.#seen.holds(entry.node)) matches.push(this.#matchOf(entry));
      else if ((entry.vain += 1) >= entry.patience) again.push(entry);
    };
    for (const term of this.#seen.look(document, now)) this.#byTerm.get(term)?.forEach(hold);
    for (const [row, entry] of this.#byRow) if (this.#vectors.isNear(row)) hold(entry);
    this.#always.forEach(hold);
    for (const entry of again) this.#fileAnew(entry);
    return matches;
  }

  #matchOf({ id, plan, node }: Entry): Match {
    return { id, clauses: reasonsFor(plan, node, (clause) => this.#seen.holds(clause)) };
  }

  #fileAnew(entry: Entry): void {
    this.#takeOut(entry);
    entry.vain = 0;
    entry.patience = Math.min(entry.patience * 2, mostPatience);
    entry.necessary = necessaryFor(entry.node, this.#terms);
    this.#file(entry);
  }

  #file(entry: Entry): void {
    if (entry.necessary === null) {
      this.#always.add(entry);
      return;
    }
    for (const term of entry.necessary.terms) {
      const entries = this.#byTerm.get(term);
      if (entries === undefined) this.#byTerm.set(term, new Set([entry]));
      else entries.add(entry);
    }
    for (const row of entry.necessary.rows) this.#byRow.set(row, entry);
  }

  #takeOut(entry: Entry): void {
    this.#always.delete(entry);
    for (const term of entry.necessary?.terms ?? []) {
      const entries = this.#byTerm.get(term);
      entries?.delete(entry);
      if (entries?.size === 0) this.#byTerm.delete(term);
    }
    for (const row of entry.necessary?.rows ?? []) this.#byRow.delete(row);
  }
}

function hasAll(has: ReadonlySet<DocumentPart>, needed: ReadonlySet<DocumentPart>): boolean {
  for (const part of needed) if (!has.has(part)) return false;
  return true;
}
