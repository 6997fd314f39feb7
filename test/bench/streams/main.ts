/**
 * `npm run bench:streams`: measures the stream floor against bare loops and Kafka Streams on engines of its own.
 *
 * Flags: `--rounds 5`, `--messages 200000`, `--backlog 1000000`, `--latency-seconds 30`, `--idle-seconds 60`,
 * `--only throughput,latency,concurrency,memory,idle`, `--clients platformatic,kafkajs`, `--compression none|gzip|zstd`,
 * `--json FILE` (the results for programs), `--write` (puts the report into docs/benchmarks.md), `--brokers` and
 * `--registry` (engines that run already).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startEngines } from '../../../infra/local/engines.ts';
import { streamProgress } from '../../../infra/local/progress.ts';
import { loadConfig } from '../../../streams/config.ts';
import { readFlags, usageOf } from '../../flags.ts';
import { positive } from '../positive.ts';
import { writeResults } from '../results-page.ts';
import type { BenchEngines } from './bench.ts';
import { buildKafkaStreams, missingForKafkaStreams } from './kafka-streams.ts';
import { clients, compressions, defaultOptions, oneOf, parts, type BenchOptions } from './options.ts';
import { renderReport } from './report.ts';
import { runBench } from './run.ts';

const flags = {
  rounds: { type: 'string', default: String(defaultOptions.rounds) },
  messages: { type: 'string', default: String(defaultOptions.messages) },
  backlog: { type: 'string', default: String(defaultOptions.backlog) },
  'latency-seconds': { type: 'string', default: String(defaultOptions.latencyMs / 1_000) },
  'idle-seconds': { type: 'string', default: String(defaultOptions.idleMs / 1_000) },
  only: { type: 'string', default: defaultOptions.only.join(',') },
  clients: { type: 'string', default: defaultOptions.clients.join(',') },
  compression: { type: 'string', default: defaultOptions.compression },
  brokers: { type: 'string' },
  registry: { type: 'string' },
  json: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;
const { values, options } = readFlags(usageOf('bench:streams', flags), () => {
  const { values: given } = parseArgs({ options: flags });
  const asked: BenchOptions = {
    ...defaultOptions,
    rounds: positive('rounds', given.rounds),
    messages: positive('messages', given.messages),
    backlog: positive('backlog', given.backlog),
    latencyMs: positive('latency-seconds', given['latency-seconds']) * 1_000,
    idleMs: positive('idle-seconds', given['idle-seconds']) * 1_000,
    only: given.only.split(',').map((part) => oneOf('only', part, parts)),
    clients: given.clients.split(',').map((client) => oneOf('clients', client, clients)),
    compression: oneOf('compression', given.compression, compressions),
  };
  return { values: given, options: asked };
});

const progress = streamProgress(process.stderr);
const abort = new AbortController();
const dataDir = mkdtempSync(join(tmpdir(), 'mimir-bench-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const { cacheDir } = loadConfig();
const { signal } = abort;
const missing = await missingForKafkaStreams(cacheDir, signal);
for (const line of missing) process.stderr.write(`Kafka Streams is left out: ${line}\n`);
const program = missing.length > 0 ? undefined : await buildKafkaStreams(cacheDir, { signal, progress });

const engines = await openEngines();
try {
  const log = pino({ level: 'error' }, pino.destination({ dest: 2, sync: true }));
  const scratchDir = join(dataDir, 'scratch');
  const results = await runBench({ engines, options, scratchDir, program, progress, log }, signal);
  const report = renderReport(results);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (values.write) await writeResults('bench:streams', report);
  console.log(report);
} finally {
  await engines.end();
}

async function openEngines(): Promise<BenchEngines & { readonly end: () => Promise<void> }> {
  const { brokers, registry } = values;
  if (brokers !== undefined && registry !== undefined) {
    return { kafkaBrokers: brokers.split(','), schemaRegistryUrl: registry, end: async () => undefined };
  }
  const started = await startEngines({ dataDir: join(dataDir, 'engines'), cacheDir, progress });
  const { kafkaBrokers, schemaRegistryUrl } = started;
  return { kafkaBrokers, schemaRegistryUrl, end: () => started.kill() };
}
