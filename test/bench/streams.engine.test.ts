import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../infra/local/progress.ts';
import { loadConfig } from '../../streams/config.ts';
import { engines } from '../engines/engines.ts';
import type { Bench } from './streams/bench.ts';
import { buildKafkaStreams, missingForKafkaStreams } from './streams/kafka-streams.ts';
import { defaultOptions } from './streams/options.ts';
import { renderReport } from './streams/report.ts';
import { runBench } from './streams/run.ts';

const { signal } = new AbortController();
const scratchDir = mkdtempSync(join(tmpdir(), 'mimir-bench-test-'));
let bench: Bench;

beforeAll(async () => {
  const { cacheDir } = loadConfig();
  const isMissing = (await missingForKafkaStreams(cacheDir, signal)).length > 0;
  bench = {
    engines: engines(),
    scratchDir,
    program: isMissing ? undefined : await buildKafkaStreams(cacheDir, { signal, progress: silentProgress }),
    progress: silentProgress,
    log: pino({ level: 'silent' }),
    options: {
      ...defaultOptions,
      rounds: 0,
      messages: 2_000,
      latencyMs: 1_000,
      concurrencyMessages: 100,
      backlog: 2_000,
      settleMs: 500,
      idleMs: 500,
    },
  };
}, 300_000);

const ofClient = (client: string): string[] => [
  `floor on ${client}, batch`,
  `bare loop on ${client}`,
  `floor on ${client}, each`,
];

afterAll(() => rmSync(scratchDir, { recursive: true, force: true }));

test('every contender does its whole work', { timeout: 180_000 }, async () => {
  const results = await runBench({ ...bench, options: { ...bench.options, only: ['throughput'] } }, signal);

  const kafkaStreams = bench.program === undefined ? [] : ['Kafka Streams'];
  const { throughput } = results;
  expect(throughput.map(({ contender }) => contender)).toEqual([
    ...ofClient('platformatic'),
    ...ofClient('kafkajs'),
    ...kafkaStreams,
  ]);
  expect(throughput.flatMap(({ voidRounds }) => voidRounds)).toEqual([]);
  const report = renderReport(results);
  for (const { contender } of throughput) expect(report).toContain(`| ${contender}`);
});

test('every other part of the benchmark comes to figures', { timeout: 180_000 }, async () => {
  const only = ['latency', 'concurrency', 'memory', 'idle'] as const;
  const options = { ...bench.options, only, clients: ['platformatic'] as const };
  const { latency, concurrency, memory, idle } = await runBench({ ...bench, options }, signal);

  expect([...latency, ...concurrency].flatMap(({ voidRounds }) => voidRounds)).toEqual([]);
  expect(latency.map(({ messages }) => messages)).toEqual(latency.map(() => 200));
  expect(concurrency.map(({ outOfOrder }) => outOfOrder)).toEqual([0]);
  expect(memory.map(({ messages }) => messages)).toEqual([2_000]);
  expect(idle).toHaveLength(1);
});
