import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { openEmbedder } from '../../domain/embedding/embedder.ts';
import { openSealer, type Sealer } from '../../domain/sealed.ts';
import { connectRedis } from '../../streams/redis.ts';
import type { Config } from '../../streams/config.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { HealthReport } from '../../streams/service.ts';
import { openPostgres, typedQueries } from '../postgres.ts';
import { defaultOrganizationId } from '../schema.ts';
import { watchPool } from '../serving/database-metrics.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import type { VectorIndex } from '../vector-index/port.ts';
import { reportCache } from '../reports/report-cache.ts';
import { articleCache } from '../views/redis/article-cache.ts';
import { listCache } from '../views/redis/list-cache.ts';
import { openActivityRecorder } from './activity/recorder.ts';
import { recorded } from './activity/recorded.ts';
import { followAlerts } from './alerts/alert-news.ts';
import { type Alert, type Alerts, openAlerts } from './alerts/alerts.ts';
import { type Analytics, openAnalytics } from './analytics/analytics.ts';
import { type Articles, openArticles } from './articles/articles.ts';
import { explainSchema, type SearchInput } from './articles/query.ts';
import { checked } from './checked.ts';
import { type Channels, openChannels } from './alerts/channels.ts';
import { type Forecasts, openForecasts } from './forecasts/forecasts.ts';
import { dependencyHealth } from './health.ts';
import { type Entities, openEntities } from './articles/entities.ts';
import { type Keywords, openKeywords } from './settings/keywords.ts';
import type { QueryExplanation } from './query/explanation.ts';
import { openQueries } from './query/queries.ts';
import { openQueryEmbedder, type QueryEmbedder } from './search/query-embedder.ts';
import { openReports, type Reports } from './reports/reports.ts';
import { openReportSchedules, type ReportSchedules } from './reports/schedules.ts';
import { openRevisions, type Revisions } from './articles/revisions.ts';
import { openRules, type Rules } from './rules/rules.ts';
import { openRuleRuns, type RuleRuns } from './rules/runs.ts';
import { openSavedSearches, type SavedSearches } from './alerts/saved-searches.ts';
import { openSearch, type SearchPage } from './search/search.ts';
import { boundTrials, type BoundedTrials, type OpenSourceTrials, withoutTrials } from './sources/trials.ts';
import { openSources, type Sources } from './sources/sources.ts';
import { openStories, type Stories } from './stories/stories.ts';
import { openTopics, type Topics } from './settings/topics.ts';

/** What both APIs call. */
export interface Services {
  readonly articles: Articles;
  readonly stories: Stories;
  readonly sources: Sources;
  readonly topics: Topics;
  readonly keywords: Keywords;
  readonly entities: Entities;
  readonly revisions: Revisions;
  readonly analytics: Analytics;
  readonly savedSearches: SavedSearches;
  readonly alerts: Alerts;
  /** Alerts as they are raised, until the signal is aborted; `onAlert` resolves when the reader has taken one. */
  readonly followAlerts: (onAlert: (alert: Alert) => Promise<void>, signal: AbortSignal) => Promise<void>;
  readonly channels: Channels;
  readonly rules: Rules;
  readonly ruleRuns: RuleRuns;
  readonly reports: Reports;
  readonly reportSchedules: ReportSchedules;
  readonly forecast: Forecasts;
  readonly search: (input: SearchInput) => Promise<SearchPage>;
  /** How a query is read. @throws Invalid for one that cannot be */
  readonly explainQuery: (text: string) => Promise<QueryExplanation>;
  health(): Promise<HealthReport>;
}

/** How the collect side is lent to the services of a process. */
export type OpenTrialsOf = (runtime: Runtime) => OpenSourceTrials;

/** What a runtime's services hold open, shared by the APIs that run in its process. */
interface Shared {
  readonly opened: Promise<{ readonly services: Services; close(): Promise<void> }>;
  users: number;
}
const sharedBy = new WeakMap<Runtime, Shared>();

/** After this a reader is told to come again; the server ends the statement. */
const statementTimeoutMs = 10_000;

/**
 * Opens the services, or joins those that the runtime has open already: the model and the connections are then held
 * once. Nothing needs to be up: what is away is told by health and by the calls that need it.
 *
 * @param openTrials taken from whoever opens first
 * @returns the services, and what to call when they are no longer used
 */
export async function openServices(
  runtime: Runtime,
  openTrials: OpenTrialsOf = () => withoutTrials,
): Promise<{ readonly services: Services; readonly release: () => Promise<void> }> {
  const shared = sharedBy.get(runtime) ?? { opened: open(runtime, openTrials(runtime)), users: 0 };
  sharedBy.set(runtime, shared);
  shared.users += 1;
  const release = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    sharedBy.delete(runtime);
    await (await shared.opened).close();
  };
  try {
    return { services: (await shared.opened).services, release };
  } catch (error) {
    sharedBy.delete(runtime);
    throw error;
  }
}

async function open(
  runtime: Runtime,
  openTrials: OpenSourceTrials,
): Promise<{ readonly services: Services; close(): Promise<void> }> {
  const { config, log } = runtime;
  const vectors = await openVectorIndex(config.vectors, { log });
  const pool = openPostgres(config.databaseUrl, { log, statementTimeoutMs });
  const unwatch = watchPool(runtime.metrics, pool);
  const redis = connectRedis(config.redisUrl, log);
  // One thread: a query is one short text, and the embed stage needs the cores.
  const embedder = openQueryEmbedder(() => openEmbedder({ modelDir: config.embedding.modelDir, threads: 1, log }), log);
  const trials = boundTrials(openTrials);
  const sealer = openSealer(config.secretKeys);
  const recorder = openActivityRecorder({
    db: typedQueries(pool),
    organizationId: defaultOrganizationId,
    now: Date.now,
    log,
    metrics: runtime.metrics,
  });
  const services = assembleServices({
    trials,
    sealer,
    pool,
    redis,
    vectors,
    embedder,
    log,
    pace: config.collect.pace,
    windowDays: config.story.windowDays,
  });
  return {
    services: recorded(services, recorder),
    async close() {
      await recorder.close();
      unwatch();
      redis.disconnect();
      await Promise.all([pool.end(), embedder.close(), trials.close(), vectors[Symbol.asyncDispose]()]);
    },
  };
}

/** The services over connections that the caller keeps. */
function assembleServices(
  ports: Pick<Runtime, 'log'> & {
    readonly trials: BoundedTrials;
    readonly sealer: Sealer;
    readonly pool: Pool;
    readonly redis: Redis;
    readonly vectors: VectorIndex;
    readonly embedder: QueryEmbedder;
    readonly pace: Config['collect']['pace'];
    readonly windowDays: number;
  },
): Services {
  const { trials, sealer, pool, redis, vectors, embedder, log, pace, windowDays } = ports;
  const db = typedQueries(pool);
  const organizationId = defaultOrganizationId;
  const now = Date.now;
  const lists = listCache(redis, log);
  const cache = reportCache(redis, log);
  const queries = openQueries({ db, vectors, embedder, organizationId, now: Date.now });
  const articles = openArticles({
    db,
    articleCache: articleCache(redis, log),
    listCache: lists,
    vectors,
    queries,
    organizationId,
  });
  return {
    articles,
    stories: openStories({ db, vectors, organizationId, now: Date.now, windowDays }),
    sources: openSources({ db, organizationId, now: Date.now, pace, sealer, trials }),
    topics: openTopics({ db, organizationId, now: Date.now }),
    keywords: openKeywords({ db, organizationId, now: Date.now }),
    entities: openEntities({ db, listCache: lists, organizationId, now }),
    revisions: openRevisions({ db, organizationId }),
    analytics: openAnalytics({ db, listCache: lists, organizationId, now }),
    savedSearches: openSavedSearches({ db, organizationId, now, queries }),
    alerts: openAlerts({ db, organizationId, now }),
    followAlerts: (onAlert, signal) => followAlerts({ db, organizationId, now }, onAlert, signal),
    channels: openChannels({ db, organizationId, now, sealer }),
    rules: openRules({ db, organizationId, now, queries, vectors, embedder }),
    ruleRuns: openRuleRuns({ db, organizationId }),
    reports: openReports({ db, organizationId, now, vectors, embedder, cache }),
    reportSchedules: openReportSchedules({ db, organizationId, now }),
    forecast: openForecasts({ db, organizationId, now, cache }),
    search: openSearch({ db, listCache: lists, vectors, embedder, articles, queries, organizationId }),
    explainQuery: (q) => queries.explain(checked(explainSchema, { q }).q),
    health: () => dependencyHealth({ pool, redis, vectors, embedder }),
  };
}
