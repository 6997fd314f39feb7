import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, not just its number: numbers are given again after a process ends, start times are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form that only equality is defined for. It includes the boot. */
  readonly started: string;
}

/** @returns undefined where no such process runs (one that has ended and is not yet reaped does not run) */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedByProc(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identify(pid)?.started === started;
}

/** @returns the command line, arguments parted by spaces; empty where the process is gone */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return ps('command=', pid);
  } catch {
    return '';
  }
}

function startedByProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may itself hold spaces and parentheses: count fields from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`;
}

function startedByPs(pid: number): string | undefined {
  try {
    return ps('stat=', pid).startsWith('Z') ? undefined : ps('lstart=', pid);
  } catch {
    return undefined;
  }
}

function ps(column: string, pid: number): string {
  const output = execFileSync('env', ['LC_ALL=C', 'TZ=UTC', 'ps', '-ww', '-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output.trim();
}
