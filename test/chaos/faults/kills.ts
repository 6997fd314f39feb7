import { setTimeout as sleep } from 'node:timers/promises';
import { processGroups, stages } from '../../../cli/actors.ts';
import { type FailPoint, failPoints } from '../../../streams/fail-points.ts';
import { type Chaos, kindOf } from '../chaos.ts';
import { puttingOff } from '../faulty/faults.ts';
import { type Random, shuffled } from '../random.ts';
import type { Slot } from '../slot.ts';

/** One process is to die: by SIGKILL, and then, started again, at a fail point where one is named. */
export interface Order {
  readonly kind: string;
  readonly failAt?: { readonly point: FailPoint; readonly actor?: string };
}

const everyStage = stages.map(({ name }) => name);
const producers = stages.filter(({ outputs }) => outputs.length > 0).map(({ name }) => name);

/** Where each point is passed: by these actors, which the order names where there is more than one. */
const passedBy: Readonly<Record<FailPoint, readonly string[]>> = {
  handled: everyStage,
  produced: producers,
  acknowledged: everyStage,
  committed: everyStage,
  // Where the next poison comes is not known: any stage of a process will do.
  'dead-letter-written': ['process', 'views'],
  // Collect puts off only what a site in trouble holds up, and the feeds of a run are well.
  'retry-written': [puttingOff.stage],
  'collect-fetched': ['collect'],
  'dedup-decided': ['dedup'],
  'story-decided': ['story'],
  'postgres-marked': ['view-postgres'],
  'postgres-written': ['view-postgres', 'watch'],
  'postgres-committed': ['view-postgres', 'watch'],
  'vectors-written': ['view-vectors'],
  'redis-written': ['view-redis'],
  'outbox-sent': ['outbox'],
  'scheduler-claimed': ['scheduler'],
  'report-made': ['reports'],
  // Passed by `mimir view rebuild`, which is a process of its own: see rebuilds.ts.
  'rebuild-filled': [],
  'rebuild-activated': [],
};

export const points = Object.keys(failPoints) as readonly FailPoint[];
export const pointsInProcesses = points.filter((point) => passedBy[point].length > 0);
export const pointsInRebuilds = points.filter((point) => passedBy[point].length === 0);

/**
 * Orders that reach every point so often, over all actors that pass it, and processes without a point among them.
 *
 * @param timesEach of each fail point at least; points of all stages at least once in each stage where it is 5 or more
 */
export function ordersFor(chosen: readonly FailPoint[], timesEach: number, random: Random): Order[] {
  const needed: Order[] = [];
  const further: Order[] = [];
  for (const point of chosen) {
    const actors = shuffled(passedBy[point], random);
    const times = timesEach >= 5 ? Math.max(timesEach, actors.length) : timesEach;
    for (let at = 0; at < times; at += 1) {
      const actor = actors[at % actors.length] as string;
      const group = processGroups.find(({ actors: some }) => some.includes(actor));
      const isNamed = group !== undefined && actors.length > 1;
      const order = { kind: group?.name ?? actor, failAt: isNamed ? { point, actor } : { point } };
      (at < timesEach ? needed : further).push(order);
    }
  }
  for (let at = 0; at < timesEach; at += 1) needed.push({ kind: 'serve' });
  // The load may end before all are carried out. Rare ones first: they wait for what few records bring.
  const byRarity = shuffled(needed, random).toSorted((a, b) => Number(isRare(b)) - Number(isRare(a)));
  return [...byRarity, ...shuffled(further, random)];
}

const rare: ReadonlySet<FailPoint> = new Set(['dead-letter-written', 'retry-written']);

function isRare({ failAt }: Order): boolean {
  return failAt !== undefined && rare.has(failAt.point);
}

const pointBoundMs = 75_000;
const withoutLoadMs = 20_000;
const mostTries = 3;

/** Carries out the orders, in every process slot at once. */
export async function killProcesses(chaos: Chaos, orders: readonly Order[]): Promise<void> {
  const open = orders.map((order) => ({ order, tries: 0 }));
  const take = (slot: Slot): (typeof open)[number] | undefined => {
    const at = open.findIndex(({ order }) => order.kind === kindOf(slot));
    return at < 0 ? undefined : open.splice(at, 1)[0];
  };
  await Promise.all(
    chaos.slots.map(async (slot) => {
      for (let next = take(slot); next !== undefined && !chaos.signal.aborted; next = take(slot)) {
        const { order, tries } = next;
        if (await carryOut(chaos, slot, order, tries)) continue;
        if (tries + 1 < mostTries && chaos.hasLoad()) open.unshift({ order, tries: tries + 1 });
        else chaos.tally.count(chaos.tally.unreached, nameOf(order));
      }
    }),
  );
}

async function carryOut(chaos: Chaos, slot: Slot, order: Order, tries: number): Promise<boolean> {
  const { random, tally, signal } = chaos;
  await until(() => slot.isReady, 60_000, signal);
  await sleep(random.integer(300, 4_000));
  const { failAt } = order;
  // A point that was not reached may be a rare one: then the first passing will do.
  const passing = tries > 0 || isRare(order) ? 1 : random.pick([1, 1, 2, 3, 5, 12]);
  const armed =
    failAt === undefined
      ? undefined
      : `${failAt.actor === undefined ? '' : `${failAt.actor}:`}${failAt.point}*${passing}`;
  slot.plan({ failAt: armed });
  const before = slot.starts;
  tally.note('kill', { slot: slot.name, pid: slot.pid, failAt: armed });
  slot.kill();
  await until(() => slot.starts > before, 30_000, signal);
  if (armed === undefined) return true;
  const armedStart = slot.starts;
  let waitedWithoutLoad = 0;
  const isOver = (): boolean =>
    slot.starts > armedStart || (!chaos.hasLoad() && (waitedWithoutLoad += 100) > withoutLoadMs);
  await until(isOver, pointBoundMs, signal);
  const reached = slot.starts > armedStart;
  if (!reached) tally.note('fail point not reached', { slot: slot.name, failAt: armed });
  return reached;
}

function nameOf({ kind, failAt }: Order): string {
  return failAt === undefined ? kind : `${failAt.actor ?? kind}:${failAt.point}`;
}

/** @returns false where it did not become true in time */
export async function until(isTrue: () => boolean, boundMs: number, signal: AbortSignal): Promise<boolean> {
  const end = Date.now() + boundMs;
  while (!isTrue()) {
    if (Date.now() > end || signal.aborted) return false;
    await sleep(100);
  }
  return true;
}
