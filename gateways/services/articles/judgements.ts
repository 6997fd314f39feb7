import { type Kysely, sql } from 'kysely';
import type { ArticleCategory, KeywordMatch } from '../../../schemas/types.ts';
import { priorityOfRank } from '../../../domain/priority.ts';
import type { Database, MarkingRule } from '../../schema.ts';

/** What is said of an article: by the taxonomy, and for the organisation that asks by its topics and keywords. */
export interface Judgements {
  /** The most probable first; null: not judged yet. */
  readonly categories: readonly (ArticleCategory & { readonly method: string })[] | null;
  /** Of the asking organisation. */
  readonly topics: readonly TopicOfArticle[];
  /** To the asking organisation; null: none of its keywords occurs. */
  readonly relevance: Relevance | null;
  /** What its rules did; null: nothing. */
  readonly marks: ArticleMarks | null;
}

/** What the rules of an organisation did to an article. */
export interface ArticleMarks {
  /** Beside those of the publisher. */
  readonly tags: readonly string[];
  readonly dropped: boolean;
  /** low, normal, high or urgent. */
  readonly priority: string;
  /** Where article-routed has told of it. */
  readonly routes: readonly string[];
  /** In the order in which they judged, as they were called then. */
  readonly rules: readonly MarkingRule[];
}

export interface TopicOfArticle {
  readonly id: string;
  readonly name: string;
  /** 0.5 to 1. */
  readonly score: number;
  /** The example, or the description, that the article is nearest to. */
  readonly nearest: string;
  readonly method: string;
}

export interface Relevance {
  /** Above 0, below 1. */
  readonly score: number;
  /** The one that counts most first. */
  readonly keywords: readonly KeywordMatch[];
  readonly method: string;
}

interface Row {
  readonly article_id: string;
  readonly categories: readonly ArticleCategory[] | null;
  readonly method: string | null;
  readonly topics: readonly TopicOfArticle[] | null;
  readonly relevance: Relevance | null;
  readonly marks: (Omit<ArticleMarks, 'priority'> & { readonly priority: number }) | null;
}

/**
 * @returns one answer an id, in the order of the ids. Topics that were deleted meanwhile are left out, and so is a
 *   relevance where the organisation has no keyword any more.
 */
export async function judgementsOf(
  db: Kysely<Database>,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly Judgements[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`
    select given.article_id, c.categories, c.method,
      (select json_agg(json_build_object('id', t.id, 'name', t.name, 'score', m.match->'score',
                                         'nearest', m.match->'nearest', 'method', o.method)
                       order by (m.match->>'score')::float8 desc, t.id)
       from content.article_topics o, jsonb_array_elements(o.matches) m(match), topics t
       where o.article_id = given.article_id and o.organization_id = ${organizationId}
         and t.id = (m.match->>'topic_id')::uuid and t.organization_id = ${organizationId}) as topics,
      (select json_build_object('score', r.score, 'keywords', r.keywords, 'method', r.method)
       from content.article_relevance r
       where r.article_id = given.article_id and r.organization_id = ${organizationId}
         and exists (select from keywords k where k.organization_id = ${organizationId})) as relevance,
      (select json_build_object('tags', k.tags, 'dropped', k.dropped, 'priority', k.priority, 'routes', k.routes,
                                'rules', k.rules)
       from article_marks k
       where k.article_id = given.article_id and k.organization_id = ${organizationId}) as marks
    from unnest(${ids}::uuid[]) given(article_id)
    left join content.article_categories c on c.article_id = given.article_id
  `.execute(db);
  const found = new Map(rows.map((row) => [row.article_id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    return {
      categories: row?.categories?.map((category) => ({ ...category, method: row.method ?? '' })) ?? null,
      topics: row?.topics ?? [],
      relevance: row?.relevance ?? null,
      marks: marksOf(row?.marks ?? null),
    };
  });
}

const marksOf = (marks: Row['marks']): ArticleMarks | null =>
  marks === null ? null : { ...marks, priority: priorityOfRank(marks.priority) };
