import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { trackChild } from '../../../infra/local/live-children.ts';
import { wireSchemaId } from '../../../streams/avro.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import type { TopicName } from '../../../streams/topics.ts';
import { articleOf } from './articles.ts';
import { freshName, type Bench } from './bench.ts';
import { schemaFlags } from './kafka-streams.ts';
import type { Client } from './options.ts';
import type { ContenderReport } from './stopwatch.ts';
import { benchTypes, type BenchTopics } from './topics.ts';
import { transform } from './transform.ts';

export interface Contender {
  /** As it stands in tables. */
  readonly name: string;
  readonly kind: 'floor' | 'bare' | 'kafka-streams';
  readonly client?: Client;
  /** Besides those that every contender is given. */
  readonly flags: readonly string[];
}

export const floor = (client: Client, handler: 'batch' | 'each' = 'batch', ...flags: readonly string[]): Contender => ({
  name: `floor on ${client}, ${handler}`,
  kind: 'floor',
  client,
  flags: ['--client', client, '--handler', handler, ...flags],
});

export const bare = (client: Client): Contender => ({
  name: `bare loop on ${client}`,
  kind: 'bare',
  client,
  flags: ['--client', client],
});

export const kafkaStreams = (lingerMs: number): Contender => ({
  name: 'Kafka Streams',
  kind: 'kafka-streams',
  flags: ['--linger-ms', String(lingerMs)],
});

export interface RunningContender {
  readonly pid: number;
  /** Resolves with what it printed once it has ended. */
  readonly report: Promise<ContenderReport>;
  /** Tells it to print its report and end. */
  stop(): Promise<ContenderReport>;
}

/** Starts a contender in a process of its own, in a group of its own. */
export async function startContender(
  bench: Bench,
  contender: Contender,
  topics: BenchTopics,
  until: 'end' | 'told',
): Promise<RunningContender> {
  const [command, ...args] = await commandLine(bench, contender, topics);
  if (command === undefined) throw new Error(`${contender.name} cannot be run here`);
  const child = spawn(command, [...args, '--until', until], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const untrack = trackChild(child);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      untrack();
      if (code === 0) resolve();
      else reject(new Error(`${contender.name} ended with ${code ?? signal}`));
    });
  });
  const report = Promise.all([text(child.stdout), ended]).then(([output]) => JSON.parse(output) as ContenderReport);
  report.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    report,
    stop() {
      child.stdin.end();
      return report;
    },
  };
}

async function commandLine(bench: Bench, contender: Contender, topics: BenchTopics): Promise<readonly string[]> {
  const { kafkaBrokers, schemaRegistryUrl } = bench.engines;
  const common = ['--brokers', kafkaBrokers.join(','), '--input', topics.input, '--output', topics.output];
  const flags = [
    ...common,
    '--group',
    freshName('group'),
    '--compression',
    bench.options.compression,
    ...contender.flags,
  ];
  if (contender.kind === 'kafka-streams') {
    if (bench.program === undefined) return [];
    const schemas = schemaFlags(join(bench.scratchDir, topics.output), topics, await schemaIdOf(bench, topics));
    return [bench.program.command, ...bench.program.args, ...flags, ...schemas];
  }
  const script = contender.kind === 'floor' ? 'floor' : `bare-${contender.client}`;
  const file = fileURLToPath(new URL(`contenders/${script}-script.ts`, import.meta.url));
  // kafkajs asks for timers in the past, which Node remarks on once a process.
  return [
    process.execPath,
    '--disable-warning=TimeoutNegativeWarning',
    file,
    ...flags,
    '--log-level',
    'error',
    '--registry',
    schemaRegistryUrl,
  ];
}

async function schemaIdOf({ engines, log }: Bench, topics: BenchTopics): Promise<number> {
  const codec = openCodec(engines.schemaRegistryUrl, log, { types: benchTypes(topics) });
  return wireSchemaId(await codec.encode(topics.output as TopicName, transform(articleOf(0))));
}
