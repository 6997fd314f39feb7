import { type Pattern, type Plan } from '../../../domain/query/plan.ts';
import { nearsIn } from './near.ts';
import { tsqueryOf } from './tsquery.ts';

/** What of a query ranks, and what only selects. */
export interface WantedWords {
  /** Plain words that must hold: unquoted, without a field. */
  readonly plain: readonly Pattern[];
  /** Everything else, all of which must hold. */
  readonly others: readonly Plan[];
  /** Whether other clauses ask for words too: then just what was written is wanted. */
  readonly isPrecise: boolean;
  /** What articles are ranked by: the words that count for them. Null where there are none. */
  readonly ranking: Plan | null;
  /** What the query is about, as a text. Null where it has no words. */
  readonly meaning: string | null;
  /** What is left when the words of `meaning` are taken for their meaning. */
  readonly besideMeaning: readonly Plan[];
}

export function wantedWords(plan: Plan): WantedWords {
  const clauses = plan.kind === 'and' ? plan.clauses : [plan];
  const plain = clauses.filter(isPlainWord);
  const others = clauses.filter((clause) => !isPlainWord(clause));
  const about = clauses.filter(isAbout);
  const texts = about.length > 0 ? about.flatMap(textsOf) : nearsIn(plan).map(({ text }) => text);
  return {
    plain,
    others,
    isPrecise: others.some(hasWords),
    ranking: positive(plan),
    meaning: texts.length === 0 ? null : texts.join(' '),
    besideMeaning: clauses.filter((clause) => !isAbout(clause)),
  };
}

const isPlainWord = (plan: Plan): plan is Pattern =>
  plan.kind === 'pattern' && plan.where === 'anywhere' && plan.clause.kind === 'word';

/** Words and phrases anywhere, also as alternatives. */
function isAbout(plan: Plan): boolean {
  if (plan.kind === 'or') return plan.clauses.every(isAbout);
  return plan.kind === 'pattern' && plan.where === 'anywhere';
}

function textsOf(plan: Plan): readonly string[] {
  if (plan.kind === 'or') return plan.clauses.flatMap(textsOf);
  if (plan.kind !== 'pattern') return [];
  return [plan.clause.kind === 'word' ? plan.clause.word : plan.clause.phrase];
}

function hasWords(plan: Plan): boolean {
  if (plan.kind === 'and' || plan.kind === 'or') return plan.clauses.some(hasWords);
  return plan.kind === 'pattern' || (plan.kind === 'not' && hasWords(plan.clause));
}

/** Without what must not hold, and what asks for no words. */
function positive(plan: Plan): Plan | null {
  if (plan.kind === 'and' || plan.kind === 'or') {
    const clauses = plan.clauses.flatMap((clause) => positive(clause) ?? []);
    return clauses.length === 0 ? null : { ...plan, clauses };
  }
  return tsqueryOf(plan) === null || plan.kind === 'not' ? null : plan;
}
