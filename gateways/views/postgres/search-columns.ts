import {
  analysisRevision,
  articleLexemes,
  type ArticleLexemes,
  positionOf,
} from '../../../domain/analysis/article-lexemes.ts';
import { articleKeys } from '../../../domain/query/article-keys.ts';
import type { ArticleRecord } from '../../article-record.ts';

/** Columns of content.articles that are made of the others, with their types. Searches read them; articles do not. */
export const searchColumnTypes = { search_vector: 'tsvector', search_keys: 'text[]', analysis: 'integer' } as const;

export type SearchColumns = { readonly [C in keyof typeof searchColumnTypes]: unknown };

/** What they are made of. */
export type SearchedArticle = Pick<
  ArticleRecord,
  'id' | 'title' | 'summary' | 'content' | 'language' | 'url' | 'site_name' | 'authors' | 'tags' | 'keywords'
>;

/** The longest that the process does nothing else for, beside one article. */
const patienceMs = 20;

/** The columns of each article, in their order. Long texts take some 100 ms: other work is let in between. */
export async function searchColumnsOf(articles: readonly SearchedArticle[]): Promise<readonly SearchColumns[]> {
  const columns: SearchColumns[] = [];
  let sinceMs = performance.now();
  for (const article of articles) {
    columns.push({
      search_vector: vectorText(articleLexemes(article)),
      search_keys: articleKeys(article),
      analysis: analysisRevision,
    });
    if (performance.now() - sinceMs < patienceMs) continue;
    await new Promise((resolve) => void setImmediate(resolve));
    sinceMs = performance.now();
  }
  return columns;
}

const weights = ['A', 'B', 'C'] as const;

/** The text form of a tsvector. */
function vectorText(lexemes: ArticleLexemes): string {
  const entries: string[] = [];
  for (const [lexeme, places] of lexemes) {
    const positions = places.map((place) => `${positionOf(place)}${weights[place & 3] ?? 'C'}`);
    entries.push(`'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}':${positions.join(',')}`);
  }
  return entries.join(' ');
}
