import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks of /proc, a second; the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of all threads of a process, in seconds; see proc(5). */
export function cpuSeconds(pid: number): number {
  const { user, system } = statOf(pid);
  return (user + system) / ticksPerSecond;
}

/** The same of a process and all that descend from it, those that have ended and were waited for included. */
export function treeCpuSeconds(root: number): number {
  const stats = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/u.test(name))
      .flatMap((name) => {
        try {
          return [[Number(name), statOf(Number(name))] as const];
        } catch {
          // It has ended since it was listed.
          return [];
        }
      }),
  );
  const ticksOf = (pid: number): number => {
    const { user = 0, system = 0, endedUser = 0, endedSystem = 0 } = stats.get(pid) ?? {};
    const children = [...stats].filter(([, { parent }]) => parent === pid);
    return children.reduce((sum, [child]) => sum + ticksOf(child), user + system + endedUser + endedSystem);
  };
  return ticksOf(root) / ticksPerSecond;
}

interface Stat {
  readonly parent: number;
  /** Ticks. */
  readonly user: number;
  readonly system: number;
  /** Of children that have ended and were waited for. */
  readonly endedUser: number;
  readonly endedSystem: number;
}

function statOf(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in brackets and may hold blanks.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
  return { parent, user, system, endedUser, endedSystem };
}

/** The largest resident set that a process has had, in MB. */
export function peakMemoryMb(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Time in which the machine's processors had anything to do since it started, in seconds, summed over them; see proc(5). */
export function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/u).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}
