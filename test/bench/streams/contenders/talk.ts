import type { ContenderReport } from '../stopwatch.ts';

export function print(report: ContenderReport): void {
  console.log(JSON.stringify(report));
}

/** Resolves when whoever started this process closes its standard input. */
export function told(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('end', resolve).resume();
  });
}

export function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
