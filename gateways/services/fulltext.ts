import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { ArticleFilter } from './article-query.ts';
import { allOf, articleTables, type Condition, conditionsOf } from './article-rows.ts';
import { lexemeQuery, type LexemeFrequencies } from './lexeme-frequencies.ts';
import { type WeighedLexeme, weighLexemes } from './lexeme-weights.ts';

export interface FulltextPorts {
  readonly db: Kysely<Database>;
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

/** What people write to a search engine beyond plain words; then they want just what they wrote. */
const operators = /"|(?:^|\s)-|(?:^|\s)or(?:\s|$)/i;
/** More words describe what is looked for; hardly a text has them all, and one that does is not the only one to show. */
const mostConditions = 4;

/**
 * The articles whose text matches, best first. A few words must all be there; of a longer query, and where nothing has
 * them all, any of them. Where nothing matches, titles that look alike, for typing mistakes.
 */
export async function fulltextRanking(
  { db, frequencies, organizationId }: FulltextPorts,
  { q, ...filter }: ArticleFilter & { readonly q: string },
  limit: number,
): Promise<FulltextRanking> {
  const conditions = conditionsOf(filter, organizationId);
  const lexemes = await lexemesOf(db, q);
  if (lexemes.length <= mostConditions || operators.test(q)) {
    const query = sql`websearch_to_tsquery('english', ${q})`;
    const allWords = await ranked(db, {
      conditions: [...conditions, sql`a.search_vector @@ ${query}`],
      score: sql`ts_rank_cd(a.search_vector, ${query})`,
      limit,
    });
    if (allWords.length > 0 || operators.test(q)) return { match: 'all_words', ids: allWords };
  }

  if (lexemes.length > 0) {
    const { weighed, required } = weighLexemes(await frequencies.of(lexemes));
    const anyWord = await ranked(db, {
      conditions: [...conditions, sql`a.search_vector @@ ${anyOf(required)}::tsquery`],
      score: sql.join(weighed.map(scoreOf), sql` + `),
      limit,
    });
    if (anyWord.length > 0) return { match: 'any_word', ids: anyWord };
  }

  const title = await ranked(db, {
    conditions: [...conditions, sql`${q} <% a.title`],
    score: sql`word_similarity(${q}, a.title)`,
    limit,
  });
  return { match: 'title', ids: title };
}

async function lexemesOf(db: Kysely<Database>, q: string): Promise<readonly string[]> {
  const { rows } = await sql<{ lexeme: string }>`select lexeme from unnest(to_tsvector('english', ${q}))`.execute(db);
  return rows.map(({ lexeme }) => lexeme);
}

const anyOf = (lexemes: readonly string[]): string => lexemes.map(lexemeQuery).join(' | ');

/**
 * How often a lexeme occurs, a further occurrence counting less and less (ts_rank), by its place (title, summary, text)
 * and the length of the text, times how rare it is.
 */
function scoreOf({ lexeme, weight }: WeighedLexeme): RawBuilder<unknown> {
  return sql`${weight}::float8 * ts_rank('{0.2, 0.5, 0.6, 1}', a.search_vector, ${lexemeQuery(lexeme)}::tsquery, 1)`;
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
