/**
 * Holds the drained flow against the ledger: topics, views, REST, dead letters, and what the reader saw meanwhile.
 * Prints JSON; ends with 1 where anything is wrong.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openRuntime } from '../../cli/open-runtime.ts';
import { openPostgres } from '../../gateways/postgres.ts';
import { openVectorIndex } from '../../gateways/vector-index/open.ts';
import { loadConfig } from '../../streams/config.ts';
import { createLogger } from '../../streams/logger.ts';
import type { TopicPartitionOffset } from '../../streams/kafka/port.ts';
import { connectRedis } from '../../streams/redis.ts';
import { checkDeadLetters } from './check/dead-letters.ts';
import { readEvents } from './check/events.ts';
import { type Finding, Findings, type Word } from './check/findings.ts';
import { checkTopic } from './check/topics.ts';
import { checkPostgres, checkRedis, checkRest, checkVectors, latestOf } from './check/views.ts';
import { checkWatching } from './check/watching.ts';
import { readLedger } from './ledger.ts';
import { seededRandom, shuffled } from './random.ts';
import type { ReaderJournalLine } from './reader-journal.ts';
import type { Watched } from './watching.ts';

export interface CheckerSettings {
  readonly ledger: string;
  /** Written by the reader; none where none ran. */
  readonly journal: string | null;
  /** Where the topics began when the flow did. Offsets are texts. */
  readonly from: readonly { readonly topic: string; readonly partition: number; readonly offset: string }[];
  /** What ran, and so is looked at beside the topics. */
  readonly topics: readonly ('article' | 'article-unique' | 'article-enriched' | 'article-embedded')[];
  readonly views: readonly ('postgres' | 'redis' | 'vectors')[];
  /** Address of REST; null where it did not run. */
  readonly rest: string | null;
  /** What was to be told; null where nothing watched. */
  readonly watched: Watched | null;
}

export interface CheckerReport {
  readonly counts: Readonly<Record<Word, number>>;
  /** The first 200. */
  readonly findings: readonly Finding[];
  readonly articles: number;
  readonly versions: number;
  readonly poison: number;
  readonly deadLetters: { readonly letters: number; readonly repeats: number };
  /** Events of each topic, and records beyond the first of an event. */
  readonly topics: Readonly<
    Record<string, { readonly events: number; readonly repeats: number; readonly unreadable: number }>
  >;
  readonly inRedis: number;
}

const mostOfAWord = 60;
const restSample = 300;

const { values } = parseArgs({ options: { settings: { type: 'string' } } });
const settings = JSON.parse(values.settings ?? '{}') as CheckerSettings;
const report = await check(settings);
console.log(JSON.stringify(report));
process.exitCode = Object.values(report.counts).every((count) => count === 0) ? 0 : 1;

async function check(given: CheckerSettings): Promise<CheckerReport> {
  const config = loadConfig(process.env, { instance: false });
  const log = createLogger('error', { process: 'chaos-checker' });
  await using runtime = openRuntime(config, log);
  await runtime.codec.registerAll();
  const ledger = await readLedger(given.ledger);
  const from: readonly TopicPartitionOffset[] = given.from.map((one) => ({ ...one, offset: BigInt(one.offset) }));
  const findings = new Findings();
  const topics: Record<string, { events: number; repeats: number; unreadable: number }> = {};

  const eventsOf = async <T extends (typeof given.topics)[number]>(topic: T) => {
    const read = await readEvents(topic, runtime, from);
    topics[topic] = { events: read.events.length, repeats: read.repeats, unreadable: read.unreadable };
    checkTopic(topic, read, ledger, findings.report);
    return read.events;
  };
  if (given.topics.includes('article')) await eventsOf('article');
  if (given.topics.includes('article-unique')) await eventsOf('article-unique');
  const enriched = latestOf(given.topics.includes('article-enriched') ? await eventsOf('article-enriched') : []);
  const embedded = latestOf(given.topics.includes('article-embedded') ? await eventsOf('article-embedded') : []);

  let inRedis = 0;
  if (given.views.includes('postgres')) {
    const pool = openPostgres(config.databaseUrl, { log, max: 2 });
    await checkPostgres(pool, ledger, enriched, findings.report);
    if (given.watched !== null) await checkWatching(pool, config, ledger, given.watched, findings.report);
    await pool.end();
  }
  if (given.views.includes('redis')) {
    const redis = connectRedis(config.redisUrl, log);
    inRedis = await checkRedis(redis, ledger, enriched, findings.report);
    redis.disconnect();
  }
  if (given.views.includes('vectors')) {
    await using index = await openVectorIndex(config.vectors, { log });
    await checkVectors(index, ledger, embedded, findings.report);
  }
  if (given.rest !== null) {
    const sample = shuffled([...ledger.articles.keys()], seededRandom(1)).slice(0, restSample);
    await checkRest(given.rest, ledger, sample, findings.report);
  }
  const deadLetters = await checkDeadLetters(runtime.kafka, ledger, from, findings.report);
  if (given.journal !== null) await takeOverJournal(given.journal, findings);

  return {
    counts: findings.counts(),
    findings: findings.first(mostOfAWord),
    articles: ledger.articles.size,
    versions: [...ledger.articles.values()].reduce((sum, versions) => sum + versions.length, 0),
    poison: ledger.poison.length,
    deadLetters,
    topics,
    inRedis,
  };
}

async function takeOverJournal(path: string, findings: Findings): Promise<void> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines.map((one) => JSON.parse(one) as ReaderJournalLine)) {
    if (line.kind === 'finding') findings.report(line.word, line.where, line.id, line.detail);
  }
}
