import { readFileSync } from 'node:fs';

/** Kernel ticks of /proc, a second; the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of all threads of a process, in seconds; see proc(5). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in brackets and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
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
