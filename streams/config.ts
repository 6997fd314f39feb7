import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from './errors.ts';
import { parseFailPoint } from './fail-points.ts';

/**
 * Every setting, read once. This is the only file that reads the environment. `mimir up` writes the addresses of the
 * engines it started into `<data dir>/instance.json`; they hold where the environment says nothing, so that every
 * command finds the running instance.
 */
export type Config = Readonly<ReturnType<typeof shape>> & {
  /** Those of `engineVariables` that the environment sets. */
  readonly enginesGiven: readonly string[];
};

/** Seals what sources' credentials are kept in. */
export interface SecretKey {
  /** Stands beside what it has sealed. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Set all of them to use engines that run elsewhere. */
export const engineVariables = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'DATABASE_URL', 'REDIS_URL'] as const;

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const positive = z.coerce.number().int().positive();
/** No message holds any of it. */
const secretKeys = list.transform((parts, context): readonly SecretKey[] => {
  const keys = parts.map((part) => {
    const [, id = '', base64 = ''] = /^([\w-]{1,32}):([A-Za-z\d+/_-]+=*)$/.exec(part) ?? [];
    return { id, key: Buffer.from(base64, 'base64') };
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (keys.some(({ id, key }) => id === '' || key.length !== 32) || ids.size < keys.length) {
    const message = 'should be a list of id:key with commas between, each id once, each key 32 bytes as base64';
    context.addIssue({ code: 'custom', message });
  }
  return keys;
});

const variables = z.object({
  MIMIR_DATA_DIR: z.string().default('.mimir'),
  MIMIR_CACHE_DIR: z.string().optional(),
  HOME: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
  MIMIR_PROCESS: z.string().default('mimir'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),

  KAFKA_BROKERS: list.default(['127.0.0.1:9092']),
  KAFKA_PARTITIONS: positive.default(4),
  KAFKA_REPLICATION: positive.default(1),
  KAFKA_CLIENT: z.enum(['platformatic', 'kafkajs']).default('platformatic'),
  KAFKA_COMPRESSION: z.enum(['none', 'gzip', 'zstd']).default('zstd'),
  SCHEMA_REGISTRY_URL: z.url().default('http://127.0.0.1:8085/apis/ccompat/v7'),
  DATABASE_URL: z.string().default('postgres://mimir@127.0.0.1:5433/mimir'),
  REDIS_URL: z.string().default('redis://127.0.0.1:6380'),
  QDRANT_URL: z.url().optional(),
  QDRANT_API_KEY: z.string().optional(),
  VECTOR_DIMENSIONS: positive.default(384),
  EMBEDDING_MODEL_DIR: z.string().optional(),
  EMBEDDING_THREADS: positive.default(Math.min(4, availableParallelism())),

  KAFKA_PORT: port.default(9092),
  KAFKA_LOCAL_BROKERS: positive.max(5).default(1),
  SCHEMA_REGISTRY_PORT: port.default(8085),
  POSTGRES_PORT: port.default(5433),
  REDIS_PORT: port.default(6380),

  MIMIR_ENV: z.enum(['development', 'production']).default('development'),
  MIMIR_SECRET_KEYS: secretKeys.default([]),
  MIMIR_FAIL_AT: z.string().optional(),
  MIMIR_BIND: z.string().default('127.0.0.1'),
  REST_PORT: port.default(8000),
  GRAPHQL_PORT: port.default(8001),
  METRICS_PORT: port.optional(),

  MIMIR_EGRESS_ALLOW: list.default([]),
  MIMIR_CONTACT: z.string().default(''),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'should begin with smtp:// or smtps://' }).optional(),
  MAIL_FROM: z.string().default('mimir@localhost'),
  COLLECT_INTERVAL_SECONDS: positive.optional(),
  COLLECT_HOST_DELAY_MS: z.coerce.number().int().nonnegative().default(1000),
  COLLECT_SITE_CONCURRENCY: positive.default(2),
  COLLECT_CONCURRENCY: positive.default(64),
  DEDUP_WINDOW_DAYS: positive.default(30),
  STORY_WINDOW_DAYS: positive.default(7),
  STORY_MEMORY_DAYS: positive.default(30),
  STORY_MAX_LIVE: positive.default(24_000),
  METRICS_KEPT_DAYS: positive.max(36_500).default(400),
  METRICS_ENTITIES_KEPT_DAYS: positive.max(36_500).default(35),
  ACTIVITY_KEPT_DAYS: positive.max(36_500).default(400),
  ALERTS_KEPT_DAYS: positive.max(36_500).default(400),
  NOTIFICATIONS_KEPT_DAYS: positive.max(36_500).default(90),
  REPORTS_KEPT_DAYS: positive.max(36_500).default(400),
  RULE_RUNS_KEPT_DAYS: positive.max(36_500).default(90),
});

function shape(env: z.infer<typeof variables>) {
  const dataDir = resolve(env.MIMIR_DATA_DIR);
  const userCache = env.XDG_CACHE_HOME ?? join(env.HOME ?? '.', '.cache');
  const cacheDir = resolve(env.MIMIR_CACHE_DIR ?? join(userCache, 'mimir'));
  return {
    dataDir,
    cacheDir,
    /** Name of this process in metrics and logs. */
    processName: env.MIMIR_PROCESS,
    logLevel: env.LOG_LEVEL,
    kafka: {
      brokers: env.KAFKA_BROKERS,
      partitions: env.KAFKA_PARTITIONS,
      replication: env.KAFKA_REPLICATION,
      /** The library behind the Kafka port. */
      client: env.KAFKA_CLIENT,
      /** Of what is produced; any of them is read. */
      compression: env.KAFKA_COMPRESSION,
    },
    schemaRegistryUrl: env.SCHEMA_REGISTRY_URL,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    vectors: {
      qdrantUrl: env.QDRANT_URL,
      qdrantApiKey: env.QDRANT_API_KEY,
      /** File of the embedded store, used while qdrantUrl is not set. */
      file: join(dataDir, 'vectors.db'),
      /** Numbers in each vector, as the embedding model makes them. */
      dimensions: env.VECTOR_DIMENSIONS,
    },
    embedding: {
      modelDir: resolve(env.EMBEDDING_MODEL_DIR ?? cachedModel(join(cacheDir, 'models'))),
      threads: env.EMBEDDING_THREADS,
    },
    /** Where `mimir up` starts the engines; 0 is any free port. */
    enginePorts: {
      kafka: env.KAFKA_PORT,
      registry: env.SCHEMA_REGISTRY_PORT,
      postgres: env.POSTGRES_PORT,
      redis: env.REDIS_PORT,
    },
    /** How many brokers `mimir up` starts; the first has Kafka's port, the others any free one. */
    localBrokers: env.KAFKA_LOCAL_BROKERS,
    /** In production the GraphQL API does not tell its schema. */
    environment: env.MIMIR_ENV,
    /** The first seals, all open. */
    secretKeys: env.MIMIR_SECRET_KEYS,
    /** For tests of crashes only: where this process is to kill itself. */
    failAt: failPointOf(env),
    bindHost: env.MIMIR_BIND,
    ports: { rest: env.REST_PORT, graphql: env.GRAPHQL_PORT, metrics: env.METRICS_PORT ?? 9090 },
    /** True where the operator chose the port: then a taken port is an error and not a reason to take another. */
    metricsPortIsSet: env.METRICS_PORT !== undefined,
    egress: { allow: env.MIMIR_EGRESS_ALLOW, contact: env.MIMIR_CONTACT },
    /** The server that notifications by e-mail go through, and their sender. */
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    collect: {
      /** Of feeds of which nobody wishes anything: as the operator says, else as often as each changes. */
      pace: {
        defaultIntervalSeconds: env.COLLECT_INTERVAL_SECONDS ?? 900,
        adaptive: env.COLLECT_INTERVAL_SECONDS === undefined,
      },
      hostDelayMs: env.COLLECT_HOST_DELAY_MS,
      /** Requests under way at one registrable domain, over all processes. */
      siteConcurrency: env.COLLECT_SITE_CONCURRENCY,
      concurrency: env.COLLECT_CONCURRENCY,
    },
    dedup: { windowDays: env.DEDUP_WINDOW_DAYS },
    metrics: {
      /** Counts of hours before are let go of, by whole months. */
      keptDays: env.METRICS_KEPT_DAYS,
      /** The same for counts of names, which are the most. */
      entitiesKeptDays: env.METRICS_ENTITIES_KEPT_DAYS,
    },
    /** For how many days what would grow without end is kept. */
    retention: {
      /** What people did; by whole months. */
      activityDays: env.ACTIVITY_KEPT_DAYS,
      /** Since they were raised; those that last or wait for delivery stay. */
      alertsDays: env.ALERTS_KEPT_DAYS,
      /** Since they arrived or were given up; others stay. */
      notificationsDays: env.NOTIFICATIONS_KEPT_DAYS,
      reportsDays: env.REPORTS_KEPT_DAYS,
      /** Since they ended. */
      ruleRunsDays: env.RULE_RUNS_KEPT_DAYS,
    },
    story: {
      /** An article this far from a story in time is never of it. */
      windowDays: env.STORY_WINDOW_DAYS,
      /** An article's story is remembered for so long. */
      memoryDays: env.STORY_MEMORY_DAYS,
      /** Stories that are remembered, to be compared with new articles. */
      maxStories: env.STORY_MAX_LIVE,
    },
  } as const;
}

/** The faster form, where `mimir up` could build it. */
function cachedModel(models: string): string {
  const fused = join(models, 'all-MiniLM-L6-v2-fused-int8');
  return existsSync(join(fused, 'model.onnx')) ? fused : join(models, 'all-MiniLM-L6-v2-int8');
}

function failPointOf({ MIMIR_FAIL_AT: text, MIMIR_ENV: environment }: z.infer<typeof variables>) {
  if (text === undefined) return undefined;
  if (environment === 'production') {
    throw new InputError('MIMIR_FAIL_AT makes processes kill themselves and is refused with MIMIR_ENV=production');
  }
  return parseFailPoint(text);
}

/**
 * @param env the variables, as in process.env
 * @param options.instance false where the running instance's file is not to be asked: by who starts one
 * @throws InputError that names every fault at once
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  options: { readonly instance: boolean } = { instance: true },
): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const instance = options.instance ? readInstance(resolve(given['MIMIR_DATA_DIR'] ?? '.mimir')) : undefined;
  const secrets = readIfThere(secretKeysFile(resolve(given['MIMIR_DATA_DIR'] ?? '.mimir')));
  const local = secrets === undefined ? {} : { MIMIR_SECRET_KEYS: secrets };
  const parsed = variables.safeParse({ ...instance?.variables, ...local, ...given });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new InputError(`these environment variables cannot be used:\n${faults.join('\n')}`);
  }
  const enginesGiven = engineVariables.filter((name) => given[name] !== undefined);
  return Object.freeze({ ...shape(parsed.data), enginesGiven });
}

/** What `mimir up` tells the other commands of this data folder. */
export interface Instance {
  /** Settings that hold where the environment says nothing. */
  readonly variables: Readonly<Record<string, string>>;
  /** Address of its /status and /metrics. */
  readonly operations: string;
  /** Lets the owner of the file order it about. */
  readonly token: string;
}

const instanceShape = z.object({
  variables: z.record(z.string(), z.string()),
  operations: z.string(),
  token: z.string(),
});

export function instanceFile(dataDir: string): string {
  return join(dataDir, 'instance.json');
}

/** Keys for where the environment gives none, in its form; `mimir up` makes it. */
export function secretKeysFile(dataDir: string): string {
  return join(dataDir, 'secret-keys');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** @returns undefined where `mimir up` does not run on this data folder, or left no word of it */
export function readInstance(dataDir: string): Instance | undefined {
  const text = readIfThere(instanceFile(dataDir));
  if (text === undefined) return undefined;
  return instanceShape.safeParse(JSON.parse(text)).data;
}

/** The environment for a process that this one starts. */
export function childEnvironment(changes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(own), ...changes };
}
