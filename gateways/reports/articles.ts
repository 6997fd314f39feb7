import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { Period } from './period.ts';
import type { NotableArticle } from './report.ts';
import { articlesIn, type Scope, siteName } from './scope.ts';

const maxArticles = 6;
const leastRelevance = 0.2;
const leastCopies = 2;

interface Row extends Omit<NotableArticle, 'reason'> {
  readonly relevance: number | null;
  readonly keywords: readonly string[] | null;
  readonly copies: number;
}

/**
 * Articles that a person should not miss: those of the greatest relevance to the organisation, then those that were
 * taken over by others most often; for a saved search the latest where these are too few. Copies are left out, and so
 * are the leads of stories that are told already.
 */
export async function articlesOf(
  db: Kysely<Database>,
  scope: Scope,
  period: Period,
  told: readonly string[],
): Promise<readonly NotableArticle[]> {
  const { organizationId, conditionIn } = scope;
  const { rows } = await sql<Row>`
    with candidate as (
      select o.id, r.score as relevance,
        (select array_agg(k.keyword) from jsonb_to_recordset(r.keywords) k(keyword text)) as keywords,
        (select count(*)::int from content.duplicates c where c.original_id = o.id) as copies
      from ${await articlesIn(scope, period)} o
      left join content.article_relevance r on r.article_id = o.id and r.organization_id = ${organizationId}
        and r.score >= ${leastRelevance} and exists (select from keywords k where k.organization_id = ${organizationId})
      where o.original_id is null and o.id <> all(${told}::uuid[])
    )
    select a.id, a.title, a.url, ${siteName} as site, a.language,
      coalesce(nullif(a.summary, ''), a.machine_summary) as summary,
      to_char(a.published_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as published_at,
      c.relevance, c.keywords, c.copies
    from candidate c join content.articles a using (id)
    where ${conditionIn !== null} or c.relevance is not null or c.copies >= ${leastCopies}
    order by c.relevance desc nulls last, case when c.copies >= ${leastCopies} then c.copies else 0 end desc,
      a.published_date desc, a.id
    limit ${maxArticles}
  `.execute(db);
  return rows.map(({ relevance, keywords, copies, ...article }) => ({
    ...article,
    reason: reasonOf(relevance, keywords ?? [], copies),
  }));
}

const maxKeywords = 4;

function reasonOf(relevance: number | null, keywords: readonly string[], copies: number): string {
  if (relevance !== null) {
    const named = keywords.slice(0, maxKeywords).join(', ');
    return `relevance ${relevance.toFixed(2)}${named === '' ? '' : ` for ${named}`}`;
  }
  return copies >= leastCopies ? `taken over by ${copies} others` : 'matches the search';
}
