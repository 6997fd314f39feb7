import type { CommitSample, ContenderReport } from './stopwatch.ts';

export interface Rates {
  readonly messagesPerSecond: number;
  readonly cpuUsPerMessage: number;
  /** The same from the commit on that first covered a quarter of the messages: without the start of the process. */
  readonly warmMessagesPerSecond: number;
  readonly warmCpuUsPerMessage: number;
}

const warmUpShare = 0.25;
const start: CommitSample = { atMs: 0, committed: 0, cpuUs: 0 };

export function ratesOf({ samples, messages }: ContenderReport): Rates {
  const end = samples.at(-1);
  if (end === undefined || end.committed < messages) {
    throw new Error(`${end?.committed ?? 0} of ${messages} messages were done`);
  }
  const warm = samples.find(({ committed }) => committed >= messages * warmUpShare) ?? start;
  const [whole, rest] = [between(start, end), between(warm === end ? start : warm, end)];
  return {
    messagesPerSecond: whole.rate,
    cpuUsPerMessage: whole.cpu,
    warmMessagesPerSecond: rest.rate,
    warmCpuUsPerMessage: rest.cpu,
  };
}

function between(from: CommitSample, to: CommitSample): { rate: number; cpu: number } {
  const messages = to.committed - from.committed;
  return { rate: (messages / (to.atMs - from.atMs)) * 1_000, cpu: (to.cpuUs - from.cpuUs) / messages };
}
