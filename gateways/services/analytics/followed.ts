import { type RawBuilder, sql } from 'kysely';
import { visibleTo } from '../articles/rows.ts';

/** Sources with the feeds that they list, also those by which a feed was known before it moved. */
export const followedFeeds = (organizationId: string): RawBuilder<unknown> => sql`(
  select id as source_id, feed_id from sources where organization_id = ${organizationId}
  union select s.id, f.id from sources s join former_feeds f on f.feed_id = s.feed_id
  where s.organization_id = ${organizationId}
)`;

/** Articles of a span that the organisation's sources list, each once; to be put in brackets behind `from`. */
export const articlesOfSpan = (
  organizationId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): RawBuilder<unknown> => sql`(
  select a.id, a.published_date, a.published_at_source, a.language, a.sentiment_label, a.entity_keys,
         array_agg(distinct s.source_id::text) as sources
  from content.articles a join content.article_feeds l on l.article_id = a.id
  join ${followedFeeds(organizationId)} s using (feed_id)
  where a.published_date >= ${from} and a.published_date < ${to} and ${visibleTo(organizationId)}
  group by a.id
)`;
