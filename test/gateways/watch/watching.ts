import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { outbox } from '../../../gateways/outbox/outbox.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { openQueries } from '../../../gateways/services/query/queries.ts';
import { openSavedSearches, type SavedSearches } from '../../../gateways/services/alerts/saved-searches.ts';
import { openRules, type Rules } from '../../../gateways/services/rules/rules.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import { watchedTopics } from '../../../gateways/watch/watched-topics.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { engines } from '../../engines/engines.ts';
import { ownTopics, type OwnTopics } from '../views/prefixed-kafka.ts';
import { openWorld, type World } from '../world.ts';

/** view-postgres and the outbox's relay, running over topics of the test's own; the watch stage is the test's. */
export interface Watched extends AsyncDisposable {
  readonly world: World;
  readonly topics: OwnTopics;
  readonly runtime: Runtime;
  readonly view: RunningStage;
  /** Saved searches stay in the outbox until the returned function is called. */
  holdOutbox(): Promise<() => Promise<void>>;
  searchesOf(organizationId?: string): SavedSearches;
  /** Of the default organisation. */
  readonly rules: Rules;
  /** Titles of alerts, in alphabetical order. */
  raised(kind?: string): Promise<readonly string[]>;
}

export async function openWatched(settings: Readonly<Record<string, string>> = {}): Promise<Watched> {
  const world = await openWorld({ VECTOR_DIMENSIONS: '2', ...settings });
  const { config, log, metrics } = world.runtime;
  const codec = createLocalCodec();
  const kafka = connectKafka({ ...config.kafka, brokers: engines().kafkaBrokers, clientId: 'watch-test', log });
  const names = [
    ...new Set([
      ...viewPostgres.inputs,
      ...watchedTopics,
      'saved-search',
      'rule-set',
      'alert',
      'article-routed',
    ] as const),
  ];
  const topics = await ownTopics(kafka, codec, names);
  const runtime = { config, log, metrics, kafka: topics.kafka, codec };
  let relay = await outbox.open(runtime);
  const view = startStage(viewPostgres, runtime);
  await view.ready;
  const db = typedQueries(world.pool);
  const portsOf = (organizationId: string) => {
    const ports = { db, organizationId, now: Date.now, vectors: nothing, embedder: nothing };
    return { ...ports, queries: openQueries(ports) };
  };
  return {
    world,
    topics,
    runtime,
    view,
    async holdOutbox() {
      await relay.close();
      return async () => {
        relay = await outbox.open(runtime);
      };
    },
    searchesOf: (organizationId = defaultOrganizationId) => openSavedSearches(portsOf(organizationId)),
    rules: openRules(portsOf(defaultOrganizationId)),
    async raised(kind = 'saved_search') {
      const { rows } = await world.pool.query<{ title: string }>('select title from alerts where kind = $1', [kind]);
      return rows.map(({ title }) => title).toSorted();
    },
    async [Symbol.asyncDispose]() {
      await view.stop();
      await relay.close();
      await topics[Symbol.asyncDispose]();
      await kafka[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

const nothing = {
  query: () => Promise.reject(new Error('this test asks for no meaning')),
  fetch: () => Promise.resolve([]),
  embed: () => Promise.reject(new Error('this test asks for no meaning')),
};

/** The watch stage in a process of its own, to be killed. */
export function forkWatch(
  { runtime, topics }: Pick<Watched, 'runtime' | 'topics'>,
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<number | string> } {
  const { config } = runtime;
  const child = fork(new URL('watch-script.ts', import.meta.url), [topics.prefix], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      MIMIR_DATA_DIR: config.dataDir,
      DATABASE_URL: config.databaseUrl,
      REDIS_URL: config.redisUrl,
      KAFKA_BROKERS: config.kafka.brokers.join(','),
      VECTOR_DIMENSIONS: String(config.vectors.dimensions),
      EMBEDDING_MODEL_DIR: config.embedding.modelDir,
      MIMIR_SECRET_KEYS: config.secretKeys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(','),
      MIMIR_EGRESS_ALLOW: config.egress.allow.join(','),
      METRICS_PORT: '0',
      ...env,
    },
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, ended };
}
