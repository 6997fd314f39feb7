import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../process-usage.ts';
import { assertOutput, benchKafka, deleteTopics, freshName, type Bench } from './bench.ts';
import { floor, startContender } from './contender.ts';
import { produceInput } from './input.ts';
import type { Client } from './options.ts';
import { ratesOf } from './rates.ts';
import { createBenchTopics } from './topics.ts';

const partitions = 4;

export interface MemoryRow {
  readonly client: Client;
  readonly messages: number;
  readonly maxRssMb: number;
  readonly messagesPerSecond: number;
}

export interface IdleRow {
  readonly client: Client;
  /** Of one core, 0 to 1. */
  readonly cpuShare: number;
  readonly seconds: number;
}

/** The largest resident set of the floor's process while it works off a long backlog. */
export async function measureMemory(bench: Bench): Promise<readonly MemoryRow[]> {
  const { options, progress, engines, log } = bench;
  const input = freshName('input');
  const step = progress.step(`produce a backlog of ${options.backlog} messages`);
  await produceInput({
    brokers: engines.kafkaBrokers,
    registryUrl: engines.schemaRegistryUrl,
    log,
    topic: input,
    partitions,
    messages: options.backlog,
    compression: options.compression,
    onProgress: (produced) => step.detail(String(produced)),
  });
  step.done();
  const rows: MemoryRow[] = [];
  for (const client of options.clients) rows.push(await workOff(bench, client, input));
  await deleteTopics(bench, [input]);
  return rows;
}

async function workOff(bench: Bench, client: Client, input: string): Promise<MemoryRow> {
  const step = bench.progress.step(`work off the backlog: ${client}`);
  const output = freshName('output');
  await using kafka = benchKafka(bench);
  await createBenchTopics(kafka, [output], partitions);
  const running = await startContender(bench, floor(client), { input, output }, 'end');
  const report = await running.report;
  await assertOutput(bench, output, report.messages);
  await deleteTopics(bench, [output]);
  const maxRssMb = report.maxRssBytes / 2 ** 20;
  step.done(`${maxRssMb.toFixed(0)} MB`);
  return { client, messages: report.messages, maxRssMb, messagesPerSecond: ratesOf(report).messagesPerSecond };
}

/** What a stage costs that has nothing to do. */
export async function measureIdle(bench: Bench): Promise<readonly IdleRow[]> {
  const rows: IdleRow[] = [];
  for (const client of bench.options.clients) rows.push(await idle(bench, client));
  return rows;
}

async function idle(bench: Bench, client: Client): Promise<IdleRow> {
  const { settleMs, idleMs } = bench.options;
  const step = bench.progress.step(`idle: ${client}`);
  const topics = { input: freshName('input'), output: freshName('output') };
  await using kafka = benchKafka(bench);
  await createBenchTopics(kafka, [topics.input, topics.output], partitions);
  const running = await startContender(bench, floor(client), topics, 'told');
  await sleep(settleMs);
  const before = cpuSeconds(running.pid);
  const beganMs = performance.now();
  await sleep(idleMs);
  const cpu = cpuSeconds(running.pid) - before;
  const seconds = (performance.now() - beganMs) / 1_000;
  await running.stop();
  await deleteTopics(bench, [topics.input, topics.output]);
  const cpuShare = cpu / seconds;
  step.done(`${(cpuShare * 100).toFixed(2)} % of a core`);
  return { client, cpuShare, seconds };
}
