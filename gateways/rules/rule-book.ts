import type { QueryDocument } from '../../domain/query/document.ts';
import { matches } from '../../domain/query/matcher/matches.ts';
import { QueryIndex } from '../../domain/query/matcher/query-index.ts';
import type { NearVectors, Question } from '../../domain/query/matcher/question.ts';
import { shareLexemes } from '../../domain/query/matcher/document-lexemes.ts';
import { type Judgement, judge } from './judge.ts';
import { asksForMarks, type Rule, type RuleSet } from './rule.ts';

interface Held {
  readonly set: RuleSet;
  readonly question: Question;
}

/**
 * The rules of all organisations, to be asked of one article after the other. Rules that look at the article alone are
 * found through an index over all of them; those that ask what other rules did are held against it one by one.
 */
export class RuleBook {
  readonly #index = new QueryIndex();
  readonly #held = new Map<string, Held>();

  get organizationIds(): readonly string[] {
    return [...this.#held.keys()];
  }

  get rules(): readonly Rule[] {
    return [...this.#held.values()].flatMap(({ set }) => set.rules);
  }

  setOf(organizationId: string): RuleSet | undefined {
    return this.#held.get(organizationId)?.set;
  }

  /** @param nearVectors of every near of its rules */
  set(set: RuleSet, nearVectors: NearVectors): void {
    this.delete(set.organizationId);
    const question = { organizationId: set.organizationId, nearVectors };
    this.#held.set(set.organizationId, { set, question });
    for (const rule of set.rules) {
      if (!asksForMarks(rule.query)) this.#index.set(rule.id, rule.query, question);
    }
  }

  delete(organizationId: string): void {
    for (const { id } of this.#held.get(organizationId)?.set.rules ?? []) this.#index.delete(id);
    this.#held.delete(organizationId);
  }

  /**
   * What the rules of these organisations do to the article.
   *
   * @param now milliseconds since 1970
   * @returns by organisation
   */
  judge(document: QueryDocument, organizationIds: readonly string[], now: number): ReadonlyMap<string, Judgement> {
    // An article is analysed only where some query asks for that.
    const matched = this.#index.size === 0 ? [] : this.#index.match(document, now);
    const found = new Set(matched.map(({ id }) => id));
    return new Map(
      organizationIds.flatMap((organizationId) => {
        const held = this.#held.get(organizationId);
        if (held === undefined) return [];
        const selects = (rule: Rule, seen: QueryDocument): boolean => {
          if (!asksForMarks(rule.query)) return found.has(rule.id);
          shareLexemes(document, seen);
          return matches(rule.query, seen, now, held.question);
        };
        return [[organizationId, judge(held.set.rules, document, organizationId, selects)] as const];
      }),
    );
  }
}
