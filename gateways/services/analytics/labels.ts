import { type Kysely, type RawBuilder, sql } from 'kysely';
import { newsTopics } from '../../../domain/news-topics.ts';
import type { Database } from '../../schema.ts';
import type { Dimension, TrendingThing } from './input.ts';

/** Rows of one column: what an article `a` of `articlesOfSpan` counts for. */
export function labelsOf(of: Dimension | 'story' | 'all', organizationId: string): RawBuilder<unknown> {
  return {
    all: sql`(select '')`,
    source: sql`(select unnest(a.sources))`,
    category: sql`(select distinct unnest(c.topics) from content.article_categories c where c.article_id = a.id)`,
    topic: sql`(select distinct t.id::text from content.article_topics c, topics t
      where c.article_id = a.id and c.organization_id = ${organizationId}
        and t.id = any(c.topic_ids) and t.organization_id = ${organizationId})`,
    entity: sql`(select distinct unnest(a.entity_keys))`,
    language: sql`(select coalesce(a.language, 'und'))`,
    sentiment: sql`(select a.sentiment_label where a.sentiment_label is not null)`,
    story: sql`(select coalesce(s.merged_into, s.id)::text from content.article_stories m
      join content.stories s on s.id = m.story_id where m.article_id = a.id)`,
  }[of];
}

/**
 * What people call these values; those of topics, sources and stories that are gone are left out.
 *
 * @param values as counted: ids of topics, sources and stories
 */
export async function namesOf(
  db: Kysely<Database>,
  organizationId: string,
  of: Dimension | TrendingThing | 'all' | 'activity',
  values: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (of === 'category')
    return new Map(
      values.map((value) => [value, value in newsTopics ? newsTopics[value as keyof typeof newsTopics].name : value]),
    );
  if (of !== 'topic' && of !== 'source' && of !== 'story') return new Map(values.map((value) => [value, value]));
  const named = {
    topic: sql`select id, name from topics where organization_id = ${organizationId}`,
    source: sql`select id, coalesce(nullif(display_name, ''), name) as name from sources where organization_id = ${organizationId}`,
    story: sql`select id, title as name from content.stories where true`,
  }[of];
  const ids = values.filter((value) => uuid.test(value));
  const { rows } = await sql<{ id: string; name: string }>`${named} and id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
