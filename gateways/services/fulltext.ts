import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { ArticleFilter } from './article-query.ts';
import { allOf, articleTables, type Condition, conditionsOf } from './article-rows.ts';

export interface FulltextPorts {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
}

/** all_words: as the query says; any_word and title: where nothing matched as the query says. */
export const textMatches = ['all_words', 'any_word', 'title'] as const;
export type TextMatch = (typeof textMatches)[number];

export interface FulltextRanking {
  /** How the words of all the hits matched. */
  readonly match: TextMatch;
  readonly ids: readonly { readonly id: string; readonly score: number }[];
}

/** What people write to a search engine beyond plain words; then they want just what they wrote. */
const operators = /"|(?:^|\s)-|(?:^|\s)or(?:\s|$)/i;

/**
 * The articles whose text matches, best first (ts_rank_cd over title, summary and text by weight). Where nothing matches
 * all the words, what matches any of them; where nothing does, titles that look alike, for typing mistakes.
 */
export async function fulltextRanking(
  { db, organizationId }: FulltextPorts,
  { q, ...filter }: ArticleFilter & { readonly q: string },
  limit: number,
): Promise<FulltextRanking> {
  const conditions = conditionsOf(filter, organizationId);
  const byQuery = (query: RawBuilder<unknown>) =>
    ranked(db, {
      conditions: [...conditions, sql`a.search_vector @@ ${query}`],
      score: sql`ts_rank_cd(a.search_vector, ${query})`,
      limit,
    });

  const allWords = await byQuery(sql`websearch_to_tsquery('english', ${q})`);
  if (allWords.length > 0 || operators.test(q)) return { match: 'all_words', ids: allWords };

  const anyWord = await byQuery(sql`replace(plainto_tsquery('english', ${q})::text, '&', '|')::tsquery`);
  if (anyWord.length > 0) return { match: 'any_word', ids: anyWord };

  const title = await ranked(db, {
    conditions: [...conditions, sql`${q} <% a.title`],
    score: sql`word_similarity(${q}, a.title)`,
    limit,
  });
  return { match: 'title', ids: title };
}

async function ranked(
  db: Kysely<Database>,
  query: { readonly conditions: readonly Condition[]; readonly score: RawBuilder<unknown>; readonly limit: number },
): Promise<FulltextRanking['ids']> {
  const { rows } = await sql<{ id: string; score: number }>`
    select a.id, ${query.score}::double precision as score from ${articleTables} where ${allOf(query.conditions)}
    order by score desc, a.published_date desc, a.id desc limit ${query.limit}
  `.execute(db);
  return rows;
}
