import { setImmediate as breathe } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { TransientError } from '../../streams/errors.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { openTable } from '../../streams/table.ts';
import { type Cause, raiseAlerts, statementsOf } from '../alerts/raise-alerts.ts';
import type { Database } from '../schema.ts';
import { factsOf } from './facts.ts';
import { NearTexts } from './near-texts.ts';
import { type FoundMatch, SavedSearchIndex } from './saved-search-index.ts';
import { isSeenBy, type WatchedArticle, type Watcher } from './watcher.ts';

/** Raises alerts for what saved searches match, and for articles that are relevant enough to an organisation. */
export async function openSavedSearchWatcher(runtime: Runtime): Promise<Watcher> {
  const table = await openTable(runtime, 'saved-search');
  const nearTexts = new NearTexts(runtime);
  const index = new SavedSearchIndex(table, nearTexts, runtime.log);
  return {
    follow: () => index.follow(),
    get needs() {
      return index.needs;
    },
    async look(transaction, articles, nowMs) {
      await untilKnown(transaction, index, articles);
      const found: FoundMatch[] = [];
      for (const article of articles) {
        found.push(...index.matches(article, nowMs));
        // One article against ten thousand queries takes some milliseconds; others of the process want their turn.
        await breathe();
      }
      const matches = await causesOf(transaction, found);
      const relevant = await relevantArticles(transaction, articles);
      await raiseAlerts(statementsOf(transaction), [...matches, ...relevant]);
      return articles;
    },
    degraded: () => index.degraded(),
    async close() {
      await table[Symbol.asyncDispose]();
      await nearTexts.close();
    },
  };
}

/** Transactions of searches that were saved at once end in any order, within this. */
const marginMs = 60_000;

/**
 * Whether the searches are known that these articles are news to: a search is in the database some moments before it
 * comes here by its topic, and longer where the relay of the outbox stands still or the topic cannot be read. One that
 * came and cannot be taken in is not waited for: it would hold up all others.
 *
 * @throws TransientError where one is not
 */
async function untilKnown(
  transaction: Kysely<Database>,
  index: Pick<SavedSearchIndex, 'latestSinceMs' | 'hasCome'>,
  articles: readonly WatchedArticle[],
): Promise<void> {
  const newest = Math.max(...articles.map(({ firstCollectedAt }) => firstCollectedAt));
  const rows = await transaction
    .selectFrom('saved_searches')
    .select(['organization_id', 'id', 'alerting_since'])
    .where('alert_enabled', '=', true)
    .where('alerting_since', '>', new Date(index.latestSinceMs - marginMs))
    .execute();
  const missing = rows.filter(({ organization_id, id, alerting_since: since }) => {
    const sinceMs = since?.getTime() ?? Number.POSITIVE_INFINITY;
    return sinceMs <= newest && !index.hasCome(`${organization_id}/${id}`, sinceMs);
  });
  if (missing.length > 0) {
    const which = missing.length === 1 ? `saved search ${missing[0]?.id} has` : `${missing.length} saved searches have`;
    throw new TransientError(`${which} not come by the topic saved-search yet: does the service outbox run?`);
  }
}

/** With what the search says now, in the database: one that was changed or deleted meanwhile raises nothing. */
async function causesOf(transaction: Kysely<Database>, found: readonly FoundMatch[]): Promise<readonly Cause[]> {
  if (found.length === 0) return [];
  const rows = await transaction
    .selectFrom('saved_searches')
    .select(['id', 'alerting_since', 'channel_ids'])
    .where('id', 'in', [...new Set(found.map(({ search }) => search.saved_search_id))])
    .where('alert_enabled', '=', true)
    .execute();
  const searches = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ search, article, words }): Cause[] => {
    const row = searches.get(search.saved_search_id);
    if (row === undefined || isOlder(article, row.alerting_since)) return [];
    return [
      {
        organization_id: search.organization_id,
        kind: 'saved_search',
        subject: search.saved_search_id,
        window: article.id,
        title: article.title,
        saved_search_id: search.saved_search_id,
        article_id: article.id,
        matched: words,
        facts: factsOf(article),
        channel_ids: row.channel_ids,
      },
    ];
  });
}

async function relevantArticles(
  transaction: Kysely<Database>,
  articles: readonly WatchedArticle[],
): Promise<readonly Cause[]> {
  const judged = articles.filter(({ document }) => document.parts.has('relevance'));
  if (judged.length === 0) return [];
  const rows = await transaction
    .selectFrom('alert_settings')
    .select(['organization_id', 'min_relevance', 'high_score_since', 'channel_ids'])
    .where('min_relevance', 'is not', null)
    .execute();
  return rows.flatMap(({ organization_id, min_relevance, high_score_since, channel_ids }) =>
    judged.flatMap((article): Cause[] => {
      const { relevance, isDropped } = article.document.organizations.get(organization_id) ?? {};
      if ((relevance ?? 0) < (min_relevance ?? 1) || isDropped === true) return [];
      if (!isSeenBy(article, organization_id)) return [];
      if (isOlder(article, high_score_since)) return [];
      return [
        {
          organization_id,
          kind: 'high_score',
          subject: 'relevance',
          window: article.id,
          title: article.title,
          article_id: article.id,
          facts: { ...factsOf(article), relevance },
          channel_ids,
        },
      ];
    }),
  );
}

const isOlder = ({ firstCollectedAt }: WatchedArticle, since: Date | null): boolean =>
  since === null || firstCollectedAt < since.getTime();
