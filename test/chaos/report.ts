import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { CheckerReport } from './checker.ts';
import { puttingOff } from './faulty/faults.ts';
import { words } from './check/findings.ts';
import type { ReaderCounts } from './reader-journal.ts';
import { sumOf, type Tally } from './tally.ts';

export interface RunReport {
  readonly passed: boolean;
  /** Why not, in sentences. */
  readonly reasons: readonly string[];
  readonly commit: string;
  /** What of the product was changed for the run. */
  readonly builtWith: string;
  readonly machine: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  /** Versions that were produced a second, and how long that went on. */
  readonly load: { readonly perSecond: number; readonly seconds: number; readonly repeats: number };
  readonly faults: {
    readonly kills: number;
    readonly killsByProcess: Readonly<Record<string, number>>;
    readonly killsAtFailPoints: Readonly<Record<string, number>>;
    readonly failPointsByActor: Readonly<Record<string, number>>;
    readonly failPointsNotReached: Readonly<Record<string, number>>;
    readonly stopsPastTheSession: Readonly<Record<string, number>>;
    readonly restartsOfEngines: Readonly<Record<string, number>>;
    readonly vectorStoreAwaySeconds: readonly number[];
    readonly membersOfTheStorm: number;
    readonly rebuilds: number;
    readonly lateRepeats: number;
  };
  readonly unexpectedEnds: readonly string[];
  readonly reader: ReaderCounts | null;
  readonly check: CheckerReport | null;
}

type Parts = Pick<RunReport, 'reasons' | 'options' | 'load' | 'reader' | 'check'> & { readonly tally: Tally };

export function reportOf({ tally, ...parts }: Parts): RunReport {
  return {
    passed: parts.reasons.length === 0,
    commit: commit(),
    builtWith: `${puttingOff.stage} made to put every sixteenth article off, since the product does so only while a site is in trouble`,
    machine: machine(),
    seconds: tally.seconds,
    faults: {
      kills: tally.allKills,
      killsByProcess: Object.fromEntries(tally.kills),
      killsAtFailPoints: Object.fromEntries(tally.failPoints),
      failPointsByActor: Object.fromEntries(tally.failPointsByActor),
      failPointsNotReached: Object.fromEntries(tally.unreached),
      stopsPastTheSession: Object.fromEntries(tally.stops),
      restartsOfEngines: Object.fromEntries(tally.restarts),
      vectorStoreAwaySeconds: tally.vectorsAwayMs.map((ms) => Math.round(ms / 1_000)),
      membersOfTheStorm: tally.rebalances,
      rebuilds: tally.rebuilds,
      lateRepeats: tally.lateRepeats,
    },
    unexpectedEnds: tally.unexpectedEnds,
    ...parts,
  };
}

function list(counts: Readonly<Record<string, number>>): string {
  const items = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return items.join(', ') || 'none';
}

/** For people. */
export function textOf(report: RunReport): string {
  const { faults, check, reader, load } = report;
  const kills = `${faults.kills} kill -9`;
  const lines = [
    report.passed ? 'PASSED' : 'FAILED',
    ...report.reasons.map((reason) => `  ${reason}`),
    `commit ${report.commit}`,
    `machine ${report.machine}`,
    `options ${JSON.stringify(report.options)}`,
    `${report.seconds} s in all; ${load.perSecond.toFixed(1)} versions a second for ${load.seconds} s, ${load.repeats} records produced twice`,
    '',
  ];
  if (check !== null) {
    lines.push(
      `${check.articles} articles in ${check.versions} versions, ${check.poison} poison messages`,
      ...words.map(
        (word) =>
          `${String(check.counts[word]).padStart(6)} ${word.padEnd(14)} under ${kills}, ${sumOf(new Map(Object.entries(faults.stopsPastTheSession)))} stops, ${sumOf(new Map(Object.entries(faults.restartsOfEngines)))} engine restarts`,
      ),
      ...check.findings.slice(0, 40).map(({ word, where, id, detail }) => `  ${word} ${where} ${id}: ${detail}`),
      ...Object.entries(check.topics).map(
        ([topic, { events, repeats, unreadable }]) =>
          `  ${topic}: ${events} events, ${repeats} recognisable repeats, ${unreadable} poison`,
      ),
      `  dead letters: ${check.deadLetters.letters}, of them ${check.deadLetters.repeats} recognisable repeats`,
      '',
    );
  }
  lines.push(
    `kill -9 from outside: ${list(faults.killsByProcess)}`,
    `kill -9 at fail points: ${list(faults.killsAtFailPoints)}`,
    `  by actor: ${list(faults.failPointsByActor)}`,
    `  not reached: ${list(faults.failPointsNotReached)}`,
    `SIGSTOP past the session: ${list(faults.stopsPastTheSession)}`,
    `engines killed and started: ${list(faults.restartsOfEngines)}`,
    `vector store away: ${faults.vectorStoreAwaySeconds.map((seconds) => `${seconds} s`).join(', ') || 'never'}`,
    `joins and leaves in the storm: ${faults.membersOfTheStorm}; rebuilds of views: ${faults.rebuilds}; late repeats: ${faults.lateRepeats}`,
    ...(reader === null
      ? []
      : [
          `reader: ${reader.reads} reads of ${reader.articlesSeen} articles, ${reader.degraded} without an answer (longest ${Math.round(reader.longestDegradedMs / 1_000)} s)`,
        ]),
    `built with: ${report.builtWith}`,
  );
  return lines.join('\n');
}

function git(...args: readonly string[]): string {
  return execFileSync('git', [...args], { encoding: 'utf8' }).trim();
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no');
    return git('rev-parse', '--short=12', 'HEAD') + (changed === '' ? '' : ' with changes');
  } catch {
    return 'unknown';
  }
}

function machine(): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores ${cpu?.model.trim() ?? ''}, ${gib} GiB, Linux ${release()}, Node ${process.version}`;
}
