import { setTimeout as sleep } from 'node:timers/promises';
import { benchKafka, deleteTopics, freshName, type Bench } from './bench.ts';
import { floor, kafkaStreams, startContender, type Contender } from './contender.ts';
import { openProbe, type Probe } from './probe.ts';
import { quantile, rotated, spreadOf, type Spread } from '../statistics.ts';
import { createBenchTopics } from './topics.ts';

const partitions = 4;
const lingerMs = 5;
const warmUpMs = 5_000;
const joinDeadlineMs = 60_000;
const stragglersMs = 5_000;

/** From the call that produces an input to the arrival of its output, in milliseconds. */
export interface LatencyRow {
  readonly contender: string;
  readonly kind: Contender['kind'];
  readonly p50: Spread;
  readonly p95: Spread;
  readonly p99: Spread;
  readonly messages: number;
  readonly voidRounds: readonly string[];
}

interface Round {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly messages: number;
}

/** This process produces and consumes, in the same way for every contender; the contender stands between. */
export async function measureLatency(bench: Bench): Promise<readonly LatencyRow[]> {
  const { options, program } = bench;
  const contenders = [
    ...options.clients.map((client) => floor(client)),
    ...(program === undefined ? [] : [kafkaStreams(lingerMs)]),
  ];
  const results = new Map(contenders.map((contender) => [contender, [] as (Round | string)[]]));
  for (let round = 0; round < Math.max(1, options.rounds); round += 1) {
    for (const contender of rotated(contenders, round)) {
      results.get(contender)?.push(await runRound(bench, contender, round));
    }
  }
  return contenders.map((contender) => {
    const rounds = results.get(contender) ?? [];
    const valid = rounds.filter((round) => typeof round !== 'string');
    return {
      contender: contender.name,
      kind: contender.kind,
      p50: spreadOf(valid.map((round) => round.p50)),
      p95: spreadOf(valid.map((round) => round.p95)),
      p99: spreadOf(valid.map((round) => round.p99)),
      messages: valid.reduce((sum, round) => sum + round.messages, 0),
      voidRounds: rounds.filter((round) => typeof round === 'string'),
    };
  });
}

async function runRound(bench: Bench, contender: Contender, round: number): Promise<Round | string> {
  const step = bench.progress.step(`latency, round ${round + 1}: ${contender.name}`);
  const topics = { input: freshName('input'), output: freshName('output') };
  await using kafka = benchKafka(bench);
  await createBenchTopics(kafka, [topics.input, topics.output], partitions);
  try {
    const running = await startContender(bench, contender, topics, 'told');
    await using probe = await openProbe(bench, topics);
    const result = await Promise.race([measure(bench, probe), running.report.then(endedEarly)]);
    await running.stop();
    step.done(`p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`);
    return result;
  } catch (error) {
    const reason = (error as Error).message;
    step.fail(reason);
    return reason;
  } finally {
    await deleteTopics(bench, [topics.input, topics.output]);
  }
}

async function measure({ options }: Bench, probe: Probe): Promise<Round> {
  await probe.first(joinDeadlineMs);
  const settled = Math.min(warmUpMs, options.latencyMs);
  await probe.run(options.latencyPerSecond, settled);
  await sleep(Math.min(500, settled));
  probe.forget();
  const sent = await probe.run(options.latencyPerSecond, options.latencyMs);
  for (let waited = 0; waited < stragglersMs && probe.latencies.length < sent; waited += 50) await sleep(50);
  if (probe.latencies.length !== sent) throw new Error(`${probe.latencies.length} outputs came for ${sent} inputs`);
  const sorted = probe.latencies.toSorted((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    messages: sorted.length,
  };
}

function endedEarly(): never {
  throw new Error('the contender ended too early');
}
