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

function relationOf(other: ArticleSummary, article: ArticleSummary, originalId: string): ArticleCopy['relation'] {
  if (other.id === originalId) return 'original';
  return article.id === originalId ? 'copy' : 'sibling';
}
