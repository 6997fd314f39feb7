import { setTimeout as sleep } from 'node:timers/promises';
import { stages } from '../../../cli/actors.ts';
import type { Chaos } from '../chaos.ts';
import { Slot } from '../slot.ts';
import { startOf } from '../world.ts';
import { until } from './kills.ts';

/** Members of the groups come and go every few seconds: half of them leave, half of them die. */
export async function stormOfRebalances(chaos: Chaos, forMs: number): Promise<void> {
  const end = Date.now() + forMs;
  const names = stages.map(({ name }) => name).filter((name) => name !== 'embed' && name !== 'collect');
  const lane = async (number: number): Promise<void> => {
    for (let turn = 0; Date.now() < end && !chaos.signal.aborted; turn += 1) {
      const actors = [names[(turn + number * 3) % names.length], names[(turn + number * 3 + 1) % names.length]];
      const slot = new Slot(
        {
          name: `storm${number}`,
          actors: actors.filter((name) => name !== undefined),
          ...startOf(chaos.world),
          logDir: `${chaos.world.dataDir}/logs`,
        },
        (_, ended) => {
          if (ended.signal === 'SIGKILL' && ended.wasKilled) chaos.tally.count(chaos.tally.kills, 'storm');
        },
      );
      slot.start();
      chaos.tally.note('member comes', { actors });
      await until(() => slot.isReady, 25_000, chaos.signal);
      await sleep(chaos.random.integer(500, 4_000));
      const dies = chaos.random.chance(0.5);
      if (dies) slot.kill();
      await slot.stop();
      chaos.tally.rebalances += 2 * actors.length;
      chaos.tally.note(dies ? 'member killed' : 'member leaves', { actors });
    }
  };
  await Promise.all([lane(0), lane(1)]);
}
