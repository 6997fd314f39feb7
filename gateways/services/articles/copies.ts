import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import type { ArticleSummary } from './article.ts';
import { sharedWords } from './shared-words.ts';
import { articleTables, type JoinedRow, selection, summaryOfRow } from './rows.ts';

/** An article of the same group, its link to the group's original among its fields. */
export interface ArticleCopy {
  readonly article: ArticleSummary;
  /** To the article that was asked about. */
  readonly relation: 'original' | 'copy' | 'sibling';
  /** Names and keywords that it shares with that article; see sharedWords. */
  readonly sharedWords: readonly string[];
}

export interface ArticleCopies {
  /** The original first, then the copies by time of publication; without the article itself. */
  readonly articles: readonly ArticleCopy[];
  /** How many there are, also beyond those shown. */
  readonly total: number;
}

const shownCopies = 100;

/** The articles that share an original with one, and the original. */
export async function copiesOfGroup(db: Kysely<Database>, article: ArticleSummary): Promise<ArticleCopies> {
  const originalId = article.duplicate?.original_id ?? article.id;
  const { rows } = await sql<JoinedRow & { readonly total: string }>`
    select ${selection('summary')}, count(*) over () as total
    from ${articleTables}
    where (a.id = ${originalId} or d.original_id = ${originalId}) and a.id <> ${article.id}
    order by a.id = ${originalId} desc, a.published_date, a.id
    limit ${sql.lit(shownCopies)}
  `.execute(db);
  return {
    total: Number(rows[0]?.total ?? 0),
    articles: rows.map(({ total: _total, ...row }) => {
      const other = summaryOfRow(row);
      return {
        article: other,
        relation: relationOf(other, article, originalId),
        sharedWords: sharedWords(article, other),
      };
    }),
  };
}

/** How many copiesOfGroup counts for each: one answer an id, in their order. */
export async function copyCountsOf(db: Kysely<Database>, ids: readonly string[]): Promise<readonly number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string; count: number }>`
    select given.id, (
      select count(*)::integer
      from (
        select originals.id union all
        select c.article_id from content.duplicates c where c.original_id = originals.id
      ) of_group join content.articles a on a.id = of_group.id
      where a.id <> given.id
    ) as count
    from unnest(${ids}::uuid[]) given(id)
    left join content.duplicates own on own.article_id = given.id
    cross join lateral (select coalesce(own.original_id, given.id)) originals(id)
  `.execute(db);
  const counts = new Map(rows.map(({ id, count }) => [id, count]));
  return ids.map((id) => counts.get(id) ?? 0);
}

function relationOf(other: ArticleSummary, article: ArticleSummary, originalId: string): ArticleCopy['relation'] {
  if (other.id === originalId) return 'original';
  return article.id === originalId ? 'copy' : 'sibling';
}
