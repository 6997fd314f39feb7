import { benchKafka, deleteTopics, freshName, type Bench } from './bench.ts';
import { floor, startContender } from './contender.ts';
import { produceInput } from './input.ts';
import type { Client } from './options.ts';
import { ratesOf } from './rates.ts';
import { spreadOf, type Spread } from '../statistics.ts';
import { createBenchTopics } from './topics.ts';
import { readVersions } from './versions.ts';

const keys = 200;
const handlerMs = 50;
const concurrency = 16;

export interface ConcurrencyRow {
  readonly client: Client;
  readonly sequentialPerSecond: Spread;
  readonly concurrentPerSecond: Spread;
  readonly ratio: Spread;
  /** Outputs that came behind a later one of their key. */
  readonly outOfOrder: number;
  readonly voidRounds: readonly string[];
}

interface Round {
  readonly sequential: number;
  readonly concurrent: number;
  readonly outOfOrder: number;
}

/** One partition, 200 keys in turn, a handler that sleeps 50 ms: 16 messages under way against one at a time. */
export async function measureConcurrency(bench: Bench): Promise<readonly ConcurrencyRow[]> {
  const { options } = bench;
  const results = new Map(options.clients.map((client) => [client, [] as (Round | string)[]]));
  for (let round = 0; round < Math.max(1, options.rounds); round += 1) {
    for (const client of options.clients) results.get(client)?.push(await runRound(bench, client, round));
  }
  return options.clients.map((client) => {
    const rounds = results.get(client) ?? [];
    const valid = rounds.filter((round) => typeof round !== 'string');
    return {
      client,
      sequentialPerSecond: spreadOf(valid.map((round) => round.sequential)),
      concurrentPerSecond: spreadOf(valid.map((round) => round.concurrent)),
      ratio: spreadOf(valid.map((round) => round.concurrent / round.sequential)),
      outOfOrder: valid.reduce((sum, round) => sum + round.outOfOrder, 0),
      voidRounds: rounds.filter((round) => typeof round === 'string'),
    };
  });
}

async function runRound(bench: Bench, client: Client, round: number): Promise<Round | string> {
  const step = bench.progress.step(`a handler of ${handlerMs} ms, round ${round + 1}: ${client}`);
  try {
    const messages = bench.options.concurrencyMessages;
    const sequential = await runOne(bench, client, 1, Math.ceil(messages / 10));
    const concurrent = await runOne(bench, client, concurrency, messages);
    const outOfOrder = sequential.outOfOrder + concurrent.outOfOrder;
    step.done(`${(concurrent.rate / sequential.rate).toFixed(1)} times as fast`);
    return { sequential: sequential.rate, concurrent: concurrent.rate, outOfOrder };
  } catch (error) {
    const reason = (error as Error).message;
    step.fail(reason);
    return reason;
  }
}

async function runOne(
  bench: Bench,
  client: Client,
  underWay: number,
  messages: number,
): Promise<{ readonly rate: number; readonly outOfOrder: number }> {
  const topics = { input: freshName('input'), output: freshName('output') };
  const { kafkaBrokers: brokers, schemaRegistryUrl: registryUrl } = bench.engines;
  await using kafka = benchKafka(bench);
  await createBenchTopics(kafka, [topics.output], 1);
  const { log } = bench;
  await produceInput({
    brokers,
    registryUrl,
    log,
    topic: topics.input,
    messages,
    keys,
    partitions: 1,
    compression: 'none',
  });
  const flags = ['--concurrency', String(underWay), '--sleep-ms', String(handlerMs)];
  try {
    const running = await startContender(bench, floor(client, 'each', ...flags), topics, 'end');
    const { messagesPerSecond } = ratesOf(await running.report);
    const { count, outOfOrder } = await readVersions(bench, kafka, topics);
    if (count !== messages) throw new Error(`the output holds ${count} records of ${messages} messages`);
    return { rate: messagesPerSecond, outOfOrder };
  } finally {
    await deleteTopics(bench, [topics.input, topics.output]);
  }
}
