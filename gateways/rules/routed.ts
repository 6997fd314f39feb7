import type { PoolClient } from 'pg';
import { priorityOfRank } from '../../domain/priority.ts';
import type { ArticleRouted } from '../../schemas/types.ts';
import { channels } from '../services/notifications.ts';
import type { MarksChange } from './marks-change.ts';

export const routedKey = (organizationId: string, route: string, articleId: string): string =>
  `${organizationId}/${route}/${articleId}`;

/**
 * What article-routed is told of a change: a value for each route that the article takes now, and the end of those that
 * it no longer takes.
 *
 * @param nowMs milliseconds since 1970
 */
export function routedRecords(
  { article, organizationId, before, judgement }: MarksChange,
  nowMs: number,
): readonly { readonly key: string; readonly value: ArticleRouted | null }[] {
  const { marks, matched } = judgement;
  const left = (before?.routes ?? []).filter((route) => !marks.routes.includes(route));
  return [
    ...left.map((route) => ({ key: routedKey(organizationId, route, article.id), value: null })),
    ...marks.routes.map((route) => {
      const { id, version, title, url, siteName, language, publishedAt } = article;
      const value = {
        organization_id: organizationId,
        route,
        article_id: id,
        version,
        routed_at: nowMs,
        rules: matched
          .filter(({ actions }) => actions.route === route)
          .map((rule) => ({ rule_id: rule.id, name: rule.name, revision: rule.revision })),
        title,
        url,
        site_name: siteName,
        language,
        published_at: publishedAt,
        tags: marks.tags,
        priority: priorityOfRank(marks.priority),
        dropped: marks.dropped,
      };
      return { key: routedKey(organizationId, route, id), value };
    }),
  ];
}

/**
 * Articles are gone: so is what rules did to them, and who follows a route hears of it. Called in the transaction that
 * deletes the articles, after that: whoever was marking them has finished by then.
 */
export async function dropMarks(client: Pick<PoolClient, 'query'>, articleIds: readonly string[]): Promise<void> {
  if (articleIds.length === 0) return;
  await client.query(
    `with gone as (
       delete from article_marks where article_id = any($1::uuid[]) returning article_id, organization_id, routes
     ), told as (
       insert into outbox (topic, key)
       select 'article-routed', organization_id || '/' || route || '/' || article_id
       from gone, unnest(routes) route
       order by 2 returning id
     )
     select pg_notify($2, '') from told limit 1`,
    [articleIds, channels.outbox],
  );
}
