import type { Plan, Pattern } from '../../../domain/query/plan.ts';

const weightOf = { title: 'A', summary: 'B', text: 'C', anywhere: '' } as const;

/**
 * The text form of a tsquery for what asks for words alone; null where a clause asks for something else.
 */
export function tsqueryOf(plan: Plan): string | null {
  switch (plan.kind) {
    case 'pattern':
      return patternQuery(plan);
    case 'not': {
      const clause = tsqueryOf(plan.clause);
      return clause === null ? null : `!(${clause})`;
    }
    case 'and':
    case 'or': {
      const clauses = plan.clauses.map((clause) => tsqueryOf(clause));
      if (clauses.includes(null)) return null;
      return clauses.map((clause) => `(${clause})`).join(plan.kind === 'and' ? ' & ' : ' | ');
    }
    default:
      return null;
  }
}

export function patternQuery({ positions, where }: Pick<Pattern, 'positions' | 'where'>): string {
  const weight = weightOf[where];
  return positions.map((lexemes) => `(${anyLexeme(lexemes, weight)})`).join(' <-> ');
}

/** @param weight of a tsvector; empty for any */
export function anyLexeme(lexemes: readonly string[], weight: 'A' | 'B' | 'C' | '' = ''): string {
  const label = weight === '' ? '' : `:${weight}`;
  return lexemes.map((lexeme) => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${label}`).join(' | ');
}
