import { priorityOfRank } from '../../domain/priority.ts';
import { partsOf } from '../../domain/query/document.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { openTable } from '../../streams/table.ts';
import { type Cause, raiseAlerts, statementsOf } from '../alerts/raise-alerts.ts';
import { openPostgres, stageError, typedQueries } from '../postgres.ts';
import { judgeArticles } from '../rules/judge-articles.ts';
import { LiveRules } from '../rules/live-rules.ts';
import type { JudgedArticle } from '../rules/marks-change.ts';
import { lockForJudging, writeMarks } from '../rules/marks.ts';
import type { Rule } from '../rules/rule.ts';
import { asksForCopies, NearTexts } from './near-texts.ts';
import { factsOf } from './facts.ts';
import type { Needs, WatchedArticle, Watcher } from './watcher.ts';

/** Does to articles what the rules of organisations say: marks them, tells routes and channels. */
export async function openRuleWatcher(runtime: Runtime): Promise<Watcher> {
  const { config, log } = runtime;
  const table = await openTable(runtime, 'rule-set');
  const nearTexts = new NearTexts(runtime);
  const live = new LiveRules({ table, nearVectors: (query) => nearTexts.vectorsOf(query), log });
  const pool = openPostgres(config.databaseUrl, { log, max: 1 });
  const db = typedQueries(pool);
  return {
    async follow() {
      try {
        await live.refresh(db);
      } catch (error) {
        throw stageError(error);
      }
    },
    get needs() {
      return needsOf(live.book.rules);
    },
    // What is read after this is as new as what anybody has judged.
    begin: (transaction, ids) => lockForJudging(transaction, ids),
    async look(transaction, articles, nowMs, lists) {
      await live.confirm(transaction);
      const { documents, undecided, judged, changes } = await judgeArticles(transaction, live.book, articles, nowMs);
      if (changes.length > 0) await lists.begin();
      await writeMarks(transaction, changes, nowMs);
      await raiseAlerts(statementsOf(transaction), causesOf(judged, articles));
      return articles.map((article, at) => {
        return { ...article, document: documents[at] ?? article.document, undecided: undecided[at] ?? new Set() };
      });
    },
    degraded: () => table.degraded() ?? live.degraded(),
    async close() {
      await table[Symbol.asyncDispose]();
      await nearTexts.close();
      await pool.end();
    },
  };
}

function needsOf(rules: readonly Rule[]): Needs {
  return {
    vectors: rules.some(({ query }) => partsOf(query).has('vector')),
    copies: rules.some(({ query }) => asksForCopies(query)),
  };
}

/** Channels are told once of each article that a rule selects, and of none that was there before the rule. */
function causesOf(judged: readonly JudgedArticle[], articles: readonly WatchedArticle[]): readonly Cause[] {
  const byId = new Map(articles.map((article) => [article.id, article]));
  return judged.flatMap(({ article: { id }, organizationId, judgement }) => {
    const article = byId.get(id);
    if (article === undefined) return [];
    return judgement.matched.flatMap((rule): readonly Cause[] => {
      const { channel_id } = rule.actions;
      if (channel_id === null || article.firstCollectedAt < rule.liveSince) return [];
      return [
        {
          organization_id: organizationId,
          kind: 'rule',
          subject: rule.id,
          window: id,
          title: article.title,
          article_id: id,
          facts: { ...factsOf(article), rule: rule.name, marks: marksOf(judgement.marks) },
          channel_ids: [channel_id],
        },
      ];
    });
  });
}

const marksOf = ({ tags, dropped, priority }: JudgedArticle['judgement']['marks']) => {
  return { tags, dropped, priority: priorityOfRank(priority) };
};
