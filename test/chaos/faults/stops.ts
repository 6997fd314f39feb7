import { setTimeout as sleep } from 'node:timers/promises';
import { type Chaos, kindOf } from '../chaos.ts';
import { until } from './kills.ts';

/** Longer than the session of a consumer (15 s): its partitions move while it believes that it has them. */
const haltMs = 18_000;

/** Processes stand still for longer than their session and then go on, two of different kinds at a time. */
export async function haltProcesses(chaos: Chaos, times: number): Promise<void> {
  const { slots, signal } = chaos;
  const consumers = slots.filter((slot) => kindOf(slot) !== 'serve');
  let left = times;
  const lanes = [
    consumers.filter((slot) => kindOf(slot) === 'process'),
    consumers.filter((slot) => kindOf(slot) !== 'process'),
  ];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let turn = 0; left > 0 && !signal.aborted; turn += 1) {
        const slot = lane[turn % lane.length];
        if (slot === undefined) return;
        left -= 1;
        await until(() => slot.isReady, 60_000, signal);
        if (!slot.halt()) continue;
        chaos.tally.note('SIGSTOP', { slot: slot.name, pid: slot.pid });
        await sleep(haltMs);
        if (slot.goOn()) {
          chaos.tally.count(chaos.tally.stops, kindOf(slot));
          chaos.tally.note('SIGCONT', { slot: slot.name, pid: slot.pid });
        }
        await sleep(chaos.random.integer(1_500, 5_000));
      }
    }),
  );
}
