import type { Bench } from './bench.ts';
import { measureConcurrency, type ConcurrencyRow } from './concurrency.ts';
import { measureIdle, measureMemory, type IdleRow, type MemoryRow } from './footprint.ts';
import { measureLatency, type LatencyRow } from './latency.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { measureThroughput, type ThroughputRow } from './throughput.ts';

/** What one run of the benchmark found; also what `--json` writes. */
export interface BenchResults {
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly throughput: readonly ThroughputRow[];
  readonly latency: readonly LatencyRow[];
  readonly concurrency: readonly ConcurrencyRow[];
  readonly memory: readonly MemoryRow[];
  readonly idle: readonly IdleRow[];
}

export async function runBench(bench: Bench, signal: AbortSignal): Promise<BenchResults> {
  const { only } = bench.options;
  return {
    machine: await describeMachine(signal),
    options: bench.options,
    throughput: only.includes('throughput') ? await measureThroughput(bench) : [],
    latency: only.includes('latency') ? await measureLatency(bench) : [],
    concurrency: only.includes('concurrency') ? await measureConcurrency(bench) : [],
    memory: only.includes('memory') ? await measureMemory(bench) : [],
    idle: only.includes('idle') ? await measureIdle(bench) : [],
  };
}
