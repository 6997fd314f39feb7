import { type Kysely, sql } from 'kysely';
import type { QueryDocument } from '../../domain/query/document.ts';
import type { Database } from '../schema.ts';
import type { WatchedArticle } from './watcher.ts';

const nobody: ReadonlySet<string> = new Set();

/** The articles of the documents, with when they were first collected: remembered from the first time they are seen. */
export async function watchedArticles(
  transaction: Kysely<Database>,
  documents: readonly QueryDocument[],
): Promise<readonly WatchedArticle[]> {
  if (documents.length === 0) return [];
  const rows = await transaction
    .selectFrom('content.articles as a')
    .leftJoin('watched_articles as w', 'w.article_id', 'a.id')
    .select(['a.id', 'a.visibility', 'a.version', 'a.url', 'a.title', 'a.site_name', 'a.language', 'a.published_date'])
    .select('w.first_collected_at')
    .where(
      'a.id',
      'in',
      documents.map(({ id }) => id),
    )
    .execute();
  const known = new Map(rows.map((row) => [row.id, row]));
  const articles = documents.flatMap((document): WatchedArticle[] => {
    const row = known.get(document.id);
    if (row === undefined) return [];
    const { id, visibility, version, url, title, first_collected_at } = row;
    return [
      {
        id,
        visibility,
        version,
        url,
        title,
        siteName: row.site_name,
        language: row.language,
        publishedAt: row.published_date.getTime(),
        firstCollectedAt: Math.min(first_collected_at?.getTime() ?? Number.POSITIVE_INFINITY, document.collectedAt),
        document,
        undecided: nobody,
      },
    ];
  });
  const news = articles.filter(
    ({ id, firstCollectedAt }) => known.get(id)?.first_collected_at?.getTime() !== firstCollectedAt,
  );
  await remember(transaction, news);
  return articles;
}

async function remember(transaction: Kysely<Database>, articles: readonly WatchedArticle[]): Promise<void> {
  if (articles.length === 0) return;
  // In one order, so that two who write the same wait for each other and never in a circle.
  const rows = articles
    .map(({ id, firstCollectedAt }) => ({ article_id: id, first_collected_at: new Date(firstCollectedAt) }))
    .toSorted((a, b) => (a.article_id < b.article_id ? -1 : 1));
  await transaction
    .insertInto('watched_articles')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('article_id').doUpdateSet({
        first_collected_at: sql`least(watched_articles.first_collected_at, excluded.first_collected_at)`,
      }),
    )
    .execute();
}

/** An article that was deleted is news where it comes back. */
export async function forgetArticles(transaction: Kysely<Database>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await transaction.deleteFrom('watched_articles').where('article_id', 'in', ids).execute();
}
