import { type Kysely, sql } from 'kysely';
import { type DocumentPart, type OrganizationView, type QueryDocument } from '../../../domain/query/document.ts';
import { normalPriority, type Priority, priorityOfRank } from '../../../domain/priority.ts';
import type { Database } from '../../schema.ts';
import type { VectorIndex } from '../../vector-index/port.ts';
import { askVectors } from '../vector-faults.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly summary: string | null;
  readonly content: string;
  readonly language: string | null;
  readonly feed_ids: readonly string[];
  readonly search_keys: readonly string[];
  readonly entity_keys: readonly string[];
  readonly categories: readonly string[] | null;
  readonly story_ids: readonly string[] | null;
  readonly sentiment_label: string | null;
  readonly sentiment_score: number | null;
  readonly quality: readonly string[];
  readonly word_count: number;
  readonly published_date: Date;
  readonly scraped_at: Date;
  readonly is_copy: boolean;
  readonly judged: readonly ('topics' | 'relevance')[];
  readonly sources: readonly OfOrganization<{ readonly source_id: string }>[];
  readonly topics: readonly OfOrganization<{ readonly topic_ids: readonly string[] }>[];
  readonly relevance: readonly OfOrganization<{ readonly score: number }>[];
  readonly marks: readonly OfOrganization<Marks>[];
}
type OfOrganization<T> = T & { readonly organization_id: string };
interface Marks {
  readonly tag_keys: readonly string[];
  readonly dropped: boolean;
  readonly priority: number;
}

/**
 * The articles as queries ask about them, of the rows that searches read; one answer an article that there is, in no
 * order.
 *
 * @throws Unavailable while the vector store is away
 */
export async function documentsOf(
  db: Kysely<Database>,
  vectors: Pick<VectorIndex, 'fetch'>,
  ids: readonly string[],
): Promise<readonly QueryDocument[]> {
  if (ids.length === 0) return [];
  const rows = await rowsOf(db, ids);
  const points = await askVectors(() => vectors.fetch(rows.map(({ id }) => id)));
  const vectorOf = new Map(
    points.map(({ articleId, vector, payload }) => [articleId, { model: payload.model, values: vector }]),
  );
  return rows.map((row) => documentOf(row, vectorOf.get(row.id) ?? null));
}

async function rowsOf(db: Kysely<Database>, ids: readonly string[]): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select a.id, a.title, a.summary, a.content, a.language, a.search_keys, a.entity_keys, a.sentiment_label,
      a.sentiment_score, a.quality, a.word_count, a.published_date, a.scraped_at,
      array(select f.feed_id from content.article_feeds f where f.article_id = a.id) as feed_ids,
      exists (select from content.duplicates d where d.article_id = a.id and d.original_id is not null) as is_copy,
      (select c.topics from content.article_categories c where c.article_id = a.id) as categories,
      (select array_remove(array[m.story_id, g.merged_into], null) from content.article_stories m
       left join content.stories g on g.id = m.story_id where m.article_id = a.id) as story_ids,
      array(select j.what from content.article_judged j where j.article_id = a.id) as judged,
      (select coalesce(json_agg(distinct jsonb_build_object('organization_id', s.organization_id, 'source_id', s.id)), '[]')
       from content.article_feeds f left join former_feeds m on m.id = f.feed_id
       join sources s on s.feed_id = f.feed_id or s.feed_id = m.feed_id where f.article_id = a.id) as sources,
      (select coalesce(json_agg(json_build_object('organization_id', t.organization_id, 'topic_ids', t.topic_ids)), '[]')
       from content.article_topics t where t.article_id = a.id) as topics,
      (select coalesce(json_agg(json_build_object('organization_id', r.organization_id, 'score', r.score)), '[]')
       from content.article_relevance r where r.article_id = a.id) as relevance,
      (select coalesce(json_agg(json_build_object('organization_id', k.organization_id, 'tag_keys', k.tag_keys,
                                                  'dropped', k.dropped, 'priority', k.priority)), '[]')
       from article_marks k where k.article_id = a.id) as marks
    from content.articles a where a.id = any(${ids}::uuid[])
  `.execute(db);
  return rows;
}

function documentOf(row: Row, vector: QueryDocument['vector']): QueryDocument {
  return {
    id: row.id,
    title: row.title,
    summary: row.summary,
    content: row.content,
    language: row.language,
    feedIds: row.feed_ids,
    keys: row.search_keys,
    entityKeys: row.entity_keys,
    categories: row.categories ?? [],
    storyIds: row.story_ids ?? [],
    sentiment: row.sentiment_label === null ? null : { label: row.sentiment_label, score: row.sentiment_score },
    quality: row.quality,
    wordCount: row.word_count,
    publishedAt: row.published_date.getTime(),
    collectedAt: row.scraped_at.getTime(),
    isCopy: row.is_copy,
    vector,
    organizations: organizationsOf(row),
    parts: partsOf(row, vector),
  };
}

const of = <T>(rows: readonly OfOrganization<T>[], id: string) => rows.find((row) => row.organization_id === id);

function organizationsOf({ sources, topics, relevance, marks }: Row): ReadonlyMap<string, OrganizationView> {
  const all = [sources, topics, relevance, marks].flatMap((rows) => rows.map((row) => row.organization_id));
  return new Map(
    [...new Set(all)].map((id) => {
      const mark = of(marks, id);
      const priority: Priority = mark === undefined ? normalPriority : priorityOfRank(mark.priority);
      const view: OrganizationView = {
        sourceIds: sources.filter((row) => row.organization_id === id).map(({ source_id: source }) => source),
        topicIds: of(topics, id)?.topic_ids ?? [],
        relevance: of(relevance, id)?.score ?? null,
        tagKeys: mark?.tag_keys ?? [],
        priority,
        isDropped: mark?.dropped ?? false,
      };
      return [id, view];
    }),
  );
}

function partsOf({ categories, story_ids, judged }: Row, vector: QueryDocument['vector']): ReadonlySet<DocumentPart> {
  const parts = new Set<DocumentPart>(judged);
  if (categories !== null) parts.add('categories');
  if (story_ids !== null) parts.add('story');
  if (vector !== null) parts.add('vector');
  return parts;
}
