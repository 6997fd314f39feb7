import { type RawBuilder, sql } from 'kysely';
import { articleTables, type Condition, visibleTo } from '../services/articles/rows.ts';
import { followedFeeds } from '../services/analytics/followed.ts';
import type { Span } from './period.ts';

/** Which articles a report is on. */
export interface Scope {
  readonly organizationId: string;
  /**
   * What a saved search asks of those of `articleTables` that were published in a span; null: all that the organisation
   * follows.
   *
   * @throws TooManyNear for a search by meaning, where a shorter span may do
   */
  readonly conditionIn: ((span: Span) => Promise<Condition>) | null;
}

/**
 * The articles of a scope that were published in a period, each once, as rows of `a`: to be put behind `from`. A saved
 * search finds what the same search finds, also what came from sources that are followed no longer.
 */
export async function articlesIn({ organizationId, conditionIn }: Scope, span: Span): Promise<RawBuilder<unknown>> {
  const sources = sql`array(
    select distinct s.source_id::text from content.article_feeds l join ${followedFeeds(organizationId)} s using (feed_id)
    where l.article_id = a.id
  )`;
  // A search leaves out by itself what rules have dropped.
  const followed = sql`exists (
    select from content.article_feeds l join ${followedFeeds(organizationId)} s using (feed_id) where l.article_id = a.id
  ) and not exists (
    select from article_marks k where k.article_id = a.id and k.organization_id = ${organizationId} and k.dropped
  )`;
  const condition = conditionIn === null ? followed : await conditionIn(span);
  return sql`(
    select a.id, a.published_date, a.language, a.sentiment_label, a.sentiment_score, a.entity_keys,
           d.original_id, ${sources} as sources
    from ${articleTables}
    where a.published_date >= ${new Date(span.fromMs)} and a.published_date < ${new Date(span.toMs)}
      and ${visibleTo(organizationId)} and ${condition}
  )`;
}

/** The site of `a` as people know it: its name, else its host without www. */
export const siteName = sql`coalesce(
  nullif(a.site_name, ''), regexp_replace(substring(a.url from '^[a-z]+://([^/:?#]+)'), '^www\\.', ''), '')`;

/** The host of `a`, by which sites are told apart. */
export const siteHost = sql`regexp_replace(substring(coalesce(a.canonical_url, a.url) from '^[a-z]+://([^/:?#]+)'), '^www\\.', '')`;
