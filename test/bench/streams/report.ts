import { spread, table, verdict } from '../markdown.ts';
import { verdicts } from './aims.ts';
import type { BenchResults } from './run.ts';

/** The results as Markdown, as they stand in docs/benchmarks.md. */
export function renderReport(results: BenchResults): string {
  const sections = [
    machine(results),
    aims(results),
    throughput(results),
    latency(results),
    concurrency(results),
    footprint(results),
    voidRounds(results),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function machine({ machine: m, options }: BenchResults): string {
  return [
    `Measured on ${m.date} at commit ${m.commit}: ${m.cpu}, ${m.cores} cores, ${m.memoryGb} GB, ${m.system};`,
    `Node ${m.node}, Java ${m.java}, Kafka and Kafka Streams ${m.kafka}, kafkajs ${m.kafkajs},`,
    `@platformatic/kafka ${m.platformatic}; broker, contender and measuring process on the same machine.`,
    `Compression: ${options.compression}. Rounds: ${options.rounds}; medians, in brackets the lowest and the highest.`,
  ].join('\n');
}

function aims(results: BenchResults): string {
  const rows = verdicts(results).map(({ aim, found, isMet }) => [aim, found, verdict(isMet)]);
  return rows.length === 0 ? '' : `### Aims\n\n${table(['aim', 'found', ''], rows)}`;
}

function throughput({ throughput: rows, options }: BenchResults): string {
  if (rows.length === 0) return '';
  const head = [
    'contender',
    'messages/s',
    'warm messages/s',
    'CPU µs a message',
    "of the bare loop's rate",
    "of the bare loop's CPU",
    "of Kafka Streams' rate",
    'the same, warm',
    'peak MB',
  ];
  const body = rows.map((row) => [
    row.contender,
    spread(row.messagesPerSecond, 0),
    spread(row.warmMessagesPerSecond, 0),
    spread(row.cpuUsPerMessage, 1),
    spread(row.rateToBare, 2),
    spread(row.cpuToBare, 2),
    spread(row.rateToKafkaStreams, 2),
    spread(row.warmRateToKafkaStreams, 2),
    row.maxRssMb.max.toFixed(0),
  ]);
  return `### Throughput, ${options.messages} messages\n\n${table(head, body)}`;
}

function latency({ latency: rows, options }: BenchResults): string {
  if (rows.length === 0) return '';
  const body = rows.map(({ contender, p50, p95, p99, messages }) => [
    contender,
    spread(p50, 1),
    spread(p95, 1),
    spread(p99, 1),
    String(messages),
  ]);
  const seconds = options.latencyMs / 1_000;
  return `### Latency in milliseconds, ${options.latencyPerSecond} messages/s for ${seconds} s\n\n${table(
    ['contender', 'p50', 'p95', 'p99', 'messages'],
    body,
  )}`;
}

function concurrency({ concurrency: rows }: BenchResults): string {
  if (rows.length === 0) return '';
  const body = rows.map((row) => [
    row.client,
    spread(row.sequentialPerSecond, 1),
    spread(row.concurrentPerSecond, 1),
    spread(row.ratio, 1),
    String(row.outOfOrder),
  ]);
  return `### A handler of 50 ms, one partition, 200 keys\n\n${table(
    ['client', 'one at a time, messages/s', '16 at a time, messages/s', 'ratio', 'out of order'],
    body,
  )}`;
}

function footprint({ memory, idle }: BenchResults): string {
  const backlog = memory.map(({ client, messages, maxRssMb, messagesPerSecond }) => [
    `${client}: backlog of ${messages} messages`,
    `${maxRssMb.toFixed(0)} MB at most, ${messagesPerSecond.toFixed(0)} messages/s`,
  ]);
  const nothing = idle.map(({ client, cpuShare, seconds }) => [
    `${client}: nothing to do for ${seconds.toFixed(0)} s`,
    `${(cpuShare * 100).toFixed(2)} % of a core`,
  ]);
  const rows = [...backlog, ...nothing];
  return rows.length === 0 ? '' : `### Footprint of the floor's process, one run each\n\n${table(['', ''], rows)}`;
}

function voidRounds({ throughput: a, latency: b, concurrency: c }: BenchResults): string {
  const named = [...a, ...b, ...c.map((row) => ({ ...row, contender: `50 ms handler, ${row.client}` }))];
  const lines = named.flatMap((row) => row.voidRounds.map((reason) => `- ${row.contender}: ${reason}`));
  return lines.length === 0 ? '' : `### Rounds that do not count\n\n${lines.join('\n')}`;
}
