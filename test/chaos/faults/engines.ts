import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chaos } from '../chaos.ts';

/** SIGKILL to each engine in turn and its start, so many rounds. Of several brokers one is taken in each round. */
export async function restartEngines(chaos: Chaos, rounds: number): Promise<void> {
  const { parts } = chaos.world.engines;
  const brokers = parts.filter(({ name }) => name.startsWith('kafka'));
  const others = parts.filter(({ name }) => name === 'postgres' || name === 'redis');
  const registry = parts.filter(({ name }) => name === 'registry');
  for (let round = 0; round < rounds && !chaos.signal.aborted; round += 1) {
    const broker = brokers[round % brokers.length];
    const third = round % 3 === 2 ? registry : [];
    for (const part of [...(broker === undefined ? [] : [broker]), ...others, ...third]) {
      if (chaos.signal.aborted) return;
      chaos.tally.note('engine killed', { engine: part.name, pid: part.pid() });
      await part.kill();
      await sleep(chaos.random.integer(500, 4_000));
      await part.start();
      chaos.tally.count(chaos.tally.restarts, part.name);
      chaos.tally.note('engine started', { engine: part.name, pid: part.pid() });
      await sleep(chaos.random.integer(2_000, 5_000));
    }
  }
}

/** The embedded vector store is a file: who holds its lock keeps every writer away. */
export async function holdVectors(chaos: Chaos, times: number, forMs: number): Promise<void> {
  for (let time = 0; time < times && !chaos.signal.aborted; time += 1) {
    const held = new DatabaseSync(join(chaos.world.dataDir, 'vectors.db'), { timeout: 20_000 });
    const startedAt = Date.now();
    try {
      held.exec('begin exclusive');
      chaos.tally.note('vector store away');
      await sleep(forMs, undefined, { signal: chaos.signal }).catch(() => undefined);
      held.exec('rollback');
      chaos.tally.vectorsAwayMs.push(Date.now() - startedAt);
      chaos.tally.note('vector store back');
    } finally {
      held.close();
    }
    await sleep(4_000);
  }
}
