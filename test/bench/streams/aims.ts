import type { BenchResults } from './run.ts';

/** A figure beside what it should be. */
export interface Verdict {
  readonly aim: string;
  readonly found: string;
  readonly isMet: boolean;
}

/** What was aimed at before anything was measured. Aims whose part was not run are left out. */
export function verdicts(results: BenchResults): readonly Verdict[] {
  return [...throughput(results), ...latency(results), ...concurrency(results), ...footprint(results)];
}

function throughput(results: BenchResults): Verdict[] {
  const floors = results.throughput.filter(({ kind, contender }) => kind === 'floor' && contender.endsWith('batch'));
  const toBare = floors.flatMap(({ contender, rateToBare, cpuToBare }) =>
    rateToBare === undefined || cpuToBare === undefined
      ? []
      : [
          atLeast(`${contender}: at least 0.85 of the bare loop's rate`, rateToBare.median, 0.85, 2),
          atMost(`${contender}: at most 1.15 of the bare loop's CPU a message`, cpuToBare.median, 1.15, 2),
        ],
  );
  const whole = floors.flatMap(({ rateToKafkaStreams: ratio }) => ratio?.median ?? []);
  const warm = floors.flatMap(({ warmRateToKafkaStreams: ratio }) => ratio?.median ?? []);
  if (whole.length === 0) return toBare;
  return [
    ...toBare,
    atLeast("better client: at least Kafka Streams' rate, whole run", Math.max(...whole), 1, 2),
    atLeast("better client: at least Kafka Streams' rate, warm", Math.max(...warm), 1, 2),
  ];
}

function latency({ latency: rows }: BenchResults): Verdict[] {
  const bound = rows.find(({ kind }) => kind === 'kafka-streams')?.p50.median;
  if (bound === undefined) return [];
  return rows
    .filter(({ kind }) => kind === 'floor')
    .map(({ contender, p50 }) =>
      atMost(
        `${contender}: median latency at most Kafka Streams' (${bound.toFixed(1)} ms)`,
        p50.median,
        bound,
        1,
        ' ms',
      ),
    );
}

function concurrency({ concurrency: rows }: BenchResults): Verdict[] {
  return rows.flatMap(({ client, ratio, outOfOrder }) => [
    atLeast(`${client}: 16 at a time at least 12 times as fast as one`, ratio.median, 12, 1),
    atMost(`${client}: no key out of order`, outOfOrder, 0, 0),
  ]);
}

function footprint({ memory, idle }: BenchResults): Verdict[] {
  return [
    ...memory.map(({ client, maxRssMb }) => atMost(`${client}: at most 512 MB`, maxRssMb, 512, 0, ' MB')),
    ...idle.map(({ client, cpuShare }) => atMost(`${client}: idle at most 1 % of a core`, cpuShare * 100, 1, 2, ' %')),
  ];
}

function atLeast(aim: string, found: number, bound: number, digits: number, unit = ''): Verdict {
  return { aim, found: `${found.toFixed(digits)}${unit}`, isMet: found >= bound };
}

function atMost(aim: string, found: number, bound: number, digits: number, unit = ''): Verdict {
  return { aim, found: `${found.toFixed(digits)}${unit}`, isMet: found <= bound };
}
