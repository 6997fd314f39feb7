import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { Period } from './period.ts';
import type { ReportStory } from './report.ts';
import { articlesIn, type Scope, siteHost, siteName } from './scope.ts';

const maxStories = 8;
/** One article is no story yet. */
const leastArticles = 2;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly articles: number;
  readonly sites: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly lead: ReportStory['lead'];
}

/** The stories that most sites told in a period; of those told by as many, the one with more articles. */
export async function storiesOf(db: Kysely<Database>, scope: Scope, period: Period): Promise<readonly ReportStory[]> {
  const { rows } = await sql<Row>`
    with member as materialized (
      select s.id as story_id, s.title, o.id, o.published_date, o.original_id
      from ${await articlesIn(scope, period)} o join content.article_stories m on m.article_id = o.id
      join content.stories g on g.id = m.story_id join content.stories s on s.id = coalesce(g.merged_into, g.id)
    ), story as (
      select story_id as id, m.title, count(*)::int as articles, count(distinct ${siteHost})::int as sites,
             min(m.published_date) as first_at, max(m.published_date) as last_at
      from member m join content.articles a using (id)
      group by story_id, m.title having count(*) >= ${leastArticles}
      order by sites desc, articles desc, story_id limit ${maxStories}
    )
    select story.*, (
      select jsonb_build_object('id', a.id, 'title', a.title, 'url', a.url, 'site', ${siteName}, 'language', a.language,
        'summary', coalesce(nullif(a.summary, ''), a.machine_summary),
        'published_at', to_char(a.published_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      from member m join content.articles a using (id) where m.story_id = story.id
      order by m.original_id is not null, m.published_date, m.id limit 1
    ) as lead
    from story order by sites desc, articles desc, id
  `.execute(db);
  return rows.map((row) => ({ ...row, first_at: row.first_at.toISOString(), last_at: row.last_at.toISOString() }));
}
