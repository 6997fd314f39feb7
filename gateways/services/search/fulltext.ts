import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Plan } from '../../../domain/query/plan.ts';
import type { Database } from '../../schema.ts';
import type { ArticleFilter } from '../articles/query.ts';
import { allOf, articleTables, type Condition, conditionsOf } from '../articles/rows.ts';
import type { Frequencies, LexemeFrequencies } from './lexeme-frequencies.ts';
import { type WeighedTerm, weighTerms } from './term-weights.ts';
import type { Queries } from '../query/queries.ts';
import type { ReadQuery } from '../query/read-query.ts';
import { anyLexeme, tsqueryOf } from '../query/tsquery.ts';
import { type WantedWords, wantedWords } from '../query/wanted-words.ts';

export interface FulltextPorts {
  readonly db: Kysely<Database>;
  readonly queries: Pick<Queries, 'select'>;
  readonly frequencies: LexemeFrequencies;
  readonly organizationId: string;
}

/**
 * all_words: as the query says; any_word: the more of its words and the rarer ones, the better; title: titles that look
 * like the query, where nothing else matched.
 */
export const textMatches = ['all_words', 'any_word', 'title'] as const;
export type TextMatch = (typeof textMatches)[number];

export interface FulltextRanking {
  /** How the words of all the hits matched. */
  readonly match: TextMatch;
  readonly ids: readonly { readonly id: string; readonly score: number }[];
}

/** More words describe what is looked for; hardly a text has them all, and one that does is not the only one to show. */
const mostConditions = 4;

/**
 * The articles that the query selects, best first. Where nothing has all of its plain words, and of a longer query, any
 * of them; where nothing has one, titles that look alike, for typing mistakes. Whatever else the query asks for must hold
 * all the same.
 */
export async function fulltextRanking(
  { db, queries, frequencies, organizationId }: FulltextPorts,
  { read, ...filter }: ArticleFilter & { readonly read: ReadQuery },
  limit: number,
): Promise<FulltextRanking> {
  const conditions = conditionsOf(filter, organizationId);
  const { plain, others, isPrecise, ranking } = wantedWords(read.plan);
  const terms = plain.flatMap(({ positions }) => positions);
  if (isPrecise || terms.length <= mostConditions) {
    const selected = await ranked(db, {
      conditions: [...conditions, await queries.select(read, read.plan)],
      score: scoreOfAll(ranking),
      limit,
    });
    if (selected.length > 0 || isPrecise || plain.length === 0) return { match: 'all_words', ids: selected };
  }

  const beside = [...conditions];
  for (const other of others) beside.push(await queries.select(read, other));
  const { weighed, required } = weighTerms(termFrequencies(terms, await frequencies.of([...new Set(terms.flat())])));
  const anyWord = await ranked(db, {
    conditions: [...beside, sql`a.search_vector @@ ${required.join(' | ')}::tsquery`],
    score: sql.join(weighed.map(scoreOf), sql` + `),
    limit,
  });
  if (anyWord.length > 0) return { match: 'any_word', ids: anyWord };

  const words = writtenAs(plain);
  const title = await ranked(db, {
    conditions: [...beside, sql`${words} <% a.title`],
    score: sql`word_similarity(${words}, a.title)`,
    limit,
  });
  return { match: 'title', ids: title };
}

const writtenAs = (plain: WantedWords['plain']): string =>
  plain.map(({ clause }) => (clause.kind === 'word' ? clause.word : clause.phrase)).join(' ');

/** Where a query has no words, the latest come first. */
function scoreOfAll(ranking: Plan | null): RawBuilder<unknown> {
  const query = ranking === null ? null : tsqueryOf(ranking);
  return query === null ? sql`1` : sql`ts_rank_cd(a.search_vector, ${query}::tsquery)`;
}

/**
 * By term, as a tsquery. A term has a lexeme for each language; of those only what some article has is looked for, for
 * ranking takes time with each.
 */
function termFrequencies(terms: readonly (readonly string[])[], { articles, total }: Frequencies): Frequencies {
  const found = new Map<string, number>();
  for (const term of terms) {
    const present = term.filter((lexeme) => (articles.get(lexeme) ?? 0) > 0);
    const count = present.reduce((sum, lexeme) => sum + (articles.get(lexeme) ?? 0), 0);
    found.set(anyLexeme(present.length === 0 ? term : present), Math.min(count, total));
  }
  return { articles: found, total };
}

/**
 * How often a term occurs, a further occurrence counting less and less (ts_rank), by its place (title, summary, text) and
 * the length of the text, times how rare it is. ts_rank divides by the number of lexemes, of which a text has one.
 */
function scoreOf({ term, weight }: WeighedTerm): RawBuilder<unknown> {
  const factor = weight * term.split(' | ').length;
  return sql`${factor}::float8 * ts_rank('{0.2, 0.5, 0.6, 1}', a.search_vector, ${term}::tsquery, 1)`;
}

async function ranked(
  db: Kysely<Database>,
  query: { readonly conditions: readonly Condition[]; readonly score: RawBuilder<unknown>; readonly limit: number },
): Promise<FulltextRanking['ids']> {
  const { rows } = await sql<{ id: string; score: number }>`
    select a.id, (${query.score})::double precision as score from ${articleTables} where ${allOf(query.conditions)}
    order by score desc, a.published_date desc, a.id desc limit ${query.limit}
  `.execute(db);
  return rows;
}
