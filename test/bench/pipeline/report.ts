import { spread, table, verdict } from '../markdown.ts';
import type { Machine } from '../streams/machine.ts';
import type { EmbeddingRatio, EmbeddingResult } from './embeddings.ts';
import type { FreshnessResult } from './freshness.ts';
import type { GrowthPoint } from './growth.ts';
import type { ThroughputResult } from './throughput.ts';

/** What one run of the benchmark found; also what `--json` writes. Parts that were not run are null or empty. */
export interface PipelineResults {
  readonly machine: Machine;
  readonly texts: string;
  readonly throughput: readonly ThroughputResult[];
  readonly embeddings: {
    readonly rates: readonly EmbeddingResult[];
    readonly ratios: readonly EmbeddingRatio[];
  } | null;
  readonly freshness: FreshnessResult | null;
  readonly growth: readonly GrowthPoint[];
}

/** The results as Markdown, as they stand in docs/benchmarks.md. */
export function renderReport({ machine, texts, throughput, embeddings, freshness, growth }: PipelineResults): string {
  const rows: (readonly string[])[] = [];
  for (const { what, articles, articlesPerSecond } of throughput) {
    const hasAim = what === 'with embeddings';
    rows.push([
      `raw article to all views, ${what} (${articles} articles): articles/s`,
      spread(articlesPerSecond, 1),
      hasAim ? '24' : '',
      hasAim ? verdict(articlesPerSecond.median >= 24) : '',
    ]);
  }
  const [largest] = throughput.flatMap(({ stages }) => stages).toSorted((a, b) => b.peakMemoryMb - a.peakMemoryMb);
  if (largest !== undefined) {
    const { stage, peakMemoryMb } = largest;
    const what = `largest stage, a process of its own: ${stage}, MB`;
    rows.push([what, peakMemoryMb.toFixed(0), '512', verdict(peakMemoryMb <= 512)]);
  }
  for (const { contender, textsPerSecond } of embeddings?.rates ?? []) {
    rows.push([`texts/s of 128 tokens, one thread: ${contender}`, spread(textsPerSecond, 1), '', '']);
  }
  for (const { what, ratio } of embeddings?.ratios ?? []) {
    const aim = what.includes('bare') ? 0.9 : 2;
    rows.push([what, spread(ratio, 2), String(aim), verdict(ratio.median >= aim)]);
  }
  if (freshness !== null) {
    const { perSecond, articles, p50, p95 } = freshness;
    rows.push([
      `raw article to found by search at ${perSecond} articles/s (${articles} articles): p50 / p95, s`,
      `${p50.toFixed(2)} / ${p95.toFixed(2)}`,
      'p95 2',
      verdict(p95 <= 2),
    ]);
    for (const { name, peakMemoryMb } of freshness.processes) {
      rows.push([`\`mimir up\`'s process ${name} meanwhile, at most: MB`, peakMemoryMb.toFixed(0), '', '']);
    }
  }
  return [
    [
      `Measured on ${machine.date} at commit ${machine.commit}: ${machine.cpu}, ${machine.cores} cores,`,
      `${machine.memoryGb} GB, ${machine.system}; Node ${machine.node}; all engines and stages on the same machine. Texts: ${texts}.`,
    ].join('\n'),
    table(['', 'found', 'aim', ''], rows),
    ...throughput.map(
      ({ what, stages, engines }) =>
        `### CPU by stage, ${what}\n\n${table(
          ['stage or engine', 'CPU ms an article', 'peak MB'],
          [
            ...stages
              .toSorted(dearestFirst)
              .map(({ stage, cpuMsPerArticle, peakMemoryMb }) => [
                stage,
                cpuMsPerArticle.toFixed(2),
                peakMemoryMb.toFixed(0),
              ]),
            ...engines
              .toSorted(dearestFirst)
              .map(({ engine, cpuMsPerArticle }) => [engine, cpuMsPerArticle.toFixed(2), '']),
          ],
        )}`,
    ),
    ...growthTable(growth),
  ].join('\n\n');
}

/** CPU in milliseconds an article, a column for each number of stored ones. */
function growthTable(growth: readonly GrowthPoint[]): readonly string[] {
  const [first] = growth;
  if (first === undefined) return [];
  const rows = [
    ...first.stages
      .toSorted(dearestFirst)
      .map(({ stage }) => [stage, ...growth.map(({ stages }) => cell(stages.find((cost) => cost.stage === stage)))]),
    ...first.engines
      .toSorted(dearestFirst)
      .map(({ engine }) => [
        engine,
        ...growth.map(({ engines }) => cell(engines.find((cost) => cost.engine === engine))),
      ]),
  ];
  const whole = ['whole machine', ...growth.map(({ cpuMsPerArticle }) => cpuMsPerArticle.toFixed(1))];
  return [
    `### CPU ms an article, by how many are stored (${first.articles} articles each)\n\n${table(
      ['stage or engine', ...growth.map(({ stored }) => stored.toLocaleString('en'))],
      [whole, ...rows],
    )}`,
  ];
}

interface Cost {
  readonly cpuMsPerArticle: number;
}

const cell = (cost: Cost | undefined): string => (cost === undefined ? '' : cost.cpuMsPerArticle.toFixed(1));

const dearestFirst = (a: Cost, b: Cost): number => b.cpuMsPerArticle - a.cpuMsPerArticle;
