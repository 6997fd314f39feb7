import { pino } from 'pino';
import type { StageContext } from '../../../streams/stage.ts';

/** A context whose clock moves only when somebody sleeps; it keeps account of the sleeps, in milliseconds. */
export function virtualContext(
  startMs = Date.parse('2026-03-01T12:00:00Z'),
): StageContext & { readonly sleeps: number[] } {
  let nowMs = startMs;
  const sleeps: number[] = [];
  return {
    now: () => nowMs,
    sleep: async (ms) => {
      sleeps.push(ms);
      nowMs += ms;
    },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    sleeps,
  };
}
