import { inStep } from '../../../infra/local/progress.ts';
import { assertOutput, deleteTopics, freshName, type Bench } from './bench.ts';
import { bare, floor, kafkaStreams, startContender, type Contender } from './contender.ts';
import { produceInput } from './input.ts';
import { ratesOf, type Rates } from './rates.ts';
import { rotated, spreadOf, type Spread } from '../statistics.ts';
import { createBenchTopics } from './topics.ts';
import { benchKafka } from './bench.ts';

const partitions = 4;
const lingerMs = 20;

export interface ThroughputRow {
  readonly contender: string;
  readonly kind: Contender['kind'];
  readonly handler?: string;
  readonly messagesPerSecond: Spread;
  readonly warmMessagesPerSecond: Spread;
  readonly cpuUsPerMessage: Spread;
  readonly maxRssMb: Spread;
  /** Of the same round, then the spread over the rounds. */
  readonly rateToBare?: Spread;
  readonly cpuToBare?: Spread;
  readonly rateToKafkaStreams?: Spread;
  readonly warmRateToKafkaStreams?: Spread;
  /** Why rounds do not count. */
  readonly voidRounds: readonly string[];
}

interface Round extends Rates {
  readonly maxRssMb: number;
}

/** By contender: what each round gave, or why it does not count. */
type Results = ReadonlyMap<Contender, (Round | string)[]>;

/** Every contender reads the same input from its beginning, in a group of its own, into a topic of its own. */
export async function measureThroughput(bench: Bench): Promise<readonly ThroughputRow[]> {
  const { options, progress } = bench;
  const input = freshName('input');
  await inStep(progress, `produce ${options.messages} messages`, async (step) => {
    const { engines, log } = bench;
    await produceInput({
      brokers: engines.kafkaBrokers,
      registryUrl: engines.schemaRegistryUrl,
      log,
      topic: input,
      partitions,
      messages: options.messages,
      compression: options.compression,
      onProgress: (produced) => step.detail(String(produced)),
    });
  });
  const contenders = contendersFor(bench);
  const results: Results = new Map(contenders.map((contender) => [contender, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const contender of rotated(contenders, round)) {
      const result = await runRound(bench, contender, input, round);
      // The first round warms up the broker and the disk's cache.
      if (round > 0 || options.rounds === 0) results.get(contender)?.push(result);
    }
  }
  await deleteTopics(bench, [input]);
  return contenders.map((contender) => rowOf(contender, results));
}

function contendersFor({ options, program }: Bench): readonly Contender[] {
  return [
    ...options.clients.flatMap((client) => [floor(client), bare(client), floor(client, 'each')]),
    ...(program === undefined ? [] : [kafkaStreams(lingerMs)]),
  ];
}

async function runRound(bench: Bench, contender: Contender, input: string, round: number): Promise<Round | string> {
  const step = bench.progress.step(`round ${round}: ${contender.name}`);
  const output = freshName('output');
  await createOutput(bench, output);
  try {
    const running = await startContender(bench, contender, { input, output }, 'end');
    const report = await running.report;
    const rates = ratesOf(report);
    await assertOutput(bench, output, report.messages);
    const { messagesPerSecond, cpuUsPerMessage } = rates;
    step.done(`${messagesPerSecond.toFixed(0)}/s, ${cpuUsPerMessage.toFixed(1)} µs CPU a message`);
    return { ...rates, maxRssMb: report.maxRssBytes / 2 ** 20 };
  } catch (error) {
    const reason = (error as Error).message;
    step.fail(reason);
    return reason;
  } finally {
    await deleteTopics(bench, [output]);
  }
}

async function createOutput(bench: Bench, output: string): Promise<void> {
  await using kafka = benchKafka(bench);
  await createBenchTopics(kafka, [output], partitions);
}

function rowOf(contender: Contender, results: Results): ThroughputRow {
  const rounds = results.get(contender) ?? [];
  const valid = rounds.filter((round) => typeof round !== 'string');
  const bareLoop = find(results, (other) => other.kind === 'bare' && other.client === contender.client);
  const streams = find(results, (other) => other.kind === 'kafka-streams');
  return {
    contender: contender.name,
    kind: contender.kind,
    messagesPerSecond: spreadOf(valid.map((round) => round.messagesPerSecond)),
    warmMessagesPerSecond: spreadOf(valid.map((round) => round.warmMessagesPerSecond)),
    cpuUsPerMessage: spreadOf(valid.map((round) => round.cpuUsPerMessage)),
    maxRssMb: spreadOf(valid.map((round) => round.maxRssMb)),
    ...(contender.kind === 'floor' && {
      ...paired('rateToBare', rounds, bareLoop, (round) => round.messagesPerSecond),
      ...paired('cpuToBare', rounds, bareLoop, (round) => round.cpuUsPerMessage),
    }),
    ...(contender.kind !== 'kafka-streams' && {
      ...paired('rateToKafkaStreams', rounds, streams, (round) => round.messagesPerSecond),
      ...paired('warmRateToKafkaStreams', rounds, streams, (round) => round.warmMessagesPerSecond),
    }),
    voidRounds: rounds.filter((round) => typeof round === 'string'),
  };
}

function find(results: Results, wanted: (contender: Contender) => boolean): readonly (Round | string)[] {
  return [...results].find(([contender]) => wanted(contender))?.[1] ?? [];
}

/** Ratios within a round, so that what slows down the whole machine for a while does not count. */
function paired<Name extends string>(
  name: Name,
  rounds: readonly (Round | string)[],
  others: readonly (Round | string)[],
  figure: (round: Round) => number,
): { readonly [N in Name]?: Spread } {
  const ratios = rounds.flatMap((round, index) => {
    const other = others[index];
    return typeof round === 'string' || other === undefined || typeof other === 'string'
      ? []
      : [figure(round) / figure(other)];
  });
  return ratios.length === 0 ? {} : ({ [name]: spreadOf(ratios) } as { readonly [N in Name]: Spread });
}
