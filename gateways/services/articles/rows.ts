import { type RawBuilder, sql } from 'kysely';
import { foldName } from '../../../domain/fold-name.ts';
import { visibilitiesOf } from '../../../domain/visibility.ts';
import type { ArticleDuplicate } from '../../../schemas/types.ts';
import { articleColumns, type ArticleRecord, articleRecordOfRow, type ArticleRow } from '../../article-record.ts';
import type { ArticleFilter } from './query.ts';
import { articleOf, type ArticleSummary, duplicateLink, summaryOf } from './article.ts';

/** Articles (`a`) beside their links to originals (`d`). */
export const articleTables = sql`content.articles a left join content.duplicates d on d.article_id = a.id`;

export type Condition = RawBuilder<unknown>;

export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** The organisation may see the article `a`, or the story `s`. */
export const visibleTo = (organizationId: string, what: 'a' | 's' = 'a'): Condition =>
  sql`${sql.ref(`${what}.visibility`)} = any(${visibilitiesOf(organizationId)}::text[])`;

/** What the filter asks of `a` and `d`, among what the organisation may see. */
export function conditionsOf(filter: ArticleFilter, organizationId: string): readonly Condition[] {
  const { feed, source, language, published_from, published_to, author, tag, sentiment, entity, duplicates } = filter;
  const conditions: Condition[] = [visibleTo(organizationId)];
  if (feed !== undefined) conditions.push(listedByFeeds(feed));
  if (source !== undefined) conditions.push(listedBySources(source, organizationId));
  if (language !== undefined) conditions.push(sql`a.language = any(${language}::text[])`);
  if (published_from !== undefined) conditions.push(sql`a.published_date >= ${new Date(published_from)}`);
  if (published_to !== undefined) conditions.push(sql`a.published_date < ${new Date(published_to)}`);
  if (author !== undefined) conditions.push(sql`a.author ilike ${`%${author.replaceAll(/[\\%_]/g, '\\$&')}%`}`);
  if (tag !== undefined) conditions.push(sql`a.tags && ${tag}::text[]`);
  if (sentiment !== undefined) conditions.push(sql`a.sentiment_label = ${sentiment}`);
  if (entity !== undefined) conditions.push(sql`a.entity_keys && ${entity.map(foldName)}::text[]`);
  if (duplicates === 'exclude') conditions.push(sql`d.original_id is null`);
  if (duplicates === 'only') conditions.push(sql`d.original_id is not null`);
  if (filter.dropped === 'exclude') conditions.push(sql`not ${droppedBy(organizationId)}`);
  if (filter.dropped === 'only') conditions.push(droppedBy(organizationId));
  conditions.push(...judgedAs(filter, organizationId));
  return conditions;
}

/** The organisation's rules have dropped the article `a`. */
export const droppedBy = (organizationId: string): Condition => sql`exists (
  select from article_marks k where k.article_id = a.id and k.organization_id = ${organizationId} and k.dropped
)`;

function judgedAs({ category, topic, min_relevance }: ArticleFilter, organizationId: string): readonly Condition[] {
  const conditions: Condition[] = [];
  if (category !== undefined)
    conditions.push(sql`exists (
      select from content.article_categories c where c.article_id = a.id and c.topics && ${category}::text[]
    )`);
  if (topic !== undefined)
    conditions.push(sql`exists (
      select from content.article_topics t
      where t.article_id = a.id and t.organization_id = ${organizationId} and t.topic_ids && ${topic}::uuid[]
    )`);
  if (min_relevance !== undefined)
    conditions.push(sql`exists (
      select from content.article_relevance r
      where r.article_id = a.id and r.organization_id = ${organizationId} and r.score >= ${min_relevance}
    )`);
  return conditions;
}

function listedByFeeds(feeds: readonly string[]): Condition {
  return sql`exists (select from content.article_feeds f where f.article_id = a.id and f.feed_id = any(${feeds}::uuid[]))`;
}

function listedBySources(sources: readonly string[], organizationId: string): Condition {
  return sql`exists (
    select from content.article_feeds f left join former_feeds m on m.id = f.feed_id
    join sources s on s.feed_id = f.feed_id or s.feed_id = m.feed_id
    where f.article_id = a.id and s.id = any(${sources}::uuid[]) and s.organization_id = ${organizationId}
  )`;
}

const heavyColumns: readonly string[] = ['content', 'html'];
const summaryColumns = articleColumns.filter((column) => !heavyColumns.includes(column));

const columnList = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(`a.${column}`)));
const feedIds = sql`(select array_agg(f.feed_id order by f.feed_id) from content.article_feeds f where f.article_id = a.id)`;

/** A row of `selection`. */
export type JoinedRow = ArticleRow & { readonly duplicate: ArticleDuplicate | null };

/**
 * The columns of the articles with their feeds and links.
 *
 * @param what a summary has empty content, so that a page of long articles is not carried for nothing
 */
export function selection(what: 'summary' | 'whole'): RawBuilder<JoinedRow> {
  const columns =
    what === 'whole' ? columnList(articleColumns) : sql`${columnList(summaryColumns)}, '' as content, null as html`;
  return sql`${columns}, ${feedIds} as feed_ids, case when d.article_id is not null then to_jsonb(d) end as duplicate`;
}

export function recordOfRow({ duplicate, ...row }: JoinedRow): {
  readonly article: ArticleRecord;
  readonly duplicate: ArticleDuplicate | null;
} {
  return { article: articleRecordOfRow(row), duplicate };
}

export function summaryOfRow(row: JoinedRow): ArticleSummary {
  const { article, duplicate } = recordOfRow(row);
  return summaryOf(articleOf(article, duplicateLink(duplicate)));
}
