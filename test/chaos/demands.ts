import { processGroups } from '../../cli/actors.ts';
import { pointsInProcesses, pointsInRebuilds } from './faults/kills.ts';
import type { ChaosOptions } from './options.ts';
import { sumOf, type Tally } from './tally.ts';

/** What a full run must have met beside its fail points. */
const fullKills = 100;

type Counted = Pick<
  Tally,
  'kills' | 'failPoints' | 'allKills' | 'stops' | 'restarts' | 'vectorsAwayMs' | 'rebalances' | 'rebuilds'
>;

type Demanding = Pick<
  ChaosOptions,
  'only' | 'timesEach' | 'points' | 'stops' | 'engineRounds' | 'vectors' | 'rebuildsEach' | 'brokers'
>;

/**
 * Which faults a run was to meet and did not, in sentences: what nothing happened to proves nothing.
 *
 * @returns none where it met all that its options ask for
 */
export function unmet(tally: Counted, options: Demanding): string[] {
  const missing: string[] = [];
  const demand = (what: string, met: number, asked: number): void => {
    if (met < asked) missing.push(`${what}: ${met} of ${asked}`);
  };
  const has = (phase: ChaosOptions['only'][number]): boolean => options.only.includes(phase);
  const pointsAsked = [
    ...(has('kills') ? options.points.map((point) => [point, options.timesEach] as const) : []),
    ...(has('rebuilds') ? pointsInRebuilds.map((point) => [point, options.rebuildsEach] as const) : []),
  ];
  for (const [point, asked] of pointsAsked) demand(`kills at ${point}`, tally.failPoints.get(point) ?? 0, asked);
  // Chosen points are passed by some processes only.
  if (has('kills') && pointsInProcesses.every((point) => options.points.includes(point))) {
    for (const { name } of processGroups) demand(`kills of ${name}`, tally.kills.get(name) ?? 0, options.timesEach);
    if (options.timesEach >= 5) demand('kills', tally.allKills, fullKills);
  }
  if (has('stops')) demand('stops past the session', sumOf(tally.stops), options.stops);
  if (has('engines')) {
    const brokers = [...tally.restarts].filter(([name]) => name.startsWith('kafka'));
    demand('restarts of Kafka', sumOf(new Map(brokers)), options.engineRounds);
    for (const name of ['postgres', 'redis']) {
      demand(`restarts of ${name}`, tally.restarts.get(name) ?? 0, options.engineRounds);
    }
    if (options.engineRounds >= options.brokers) demand('brokers restarted', brokers.length, options.brokers);
  }
  if (has('vectors')) {
    const long = tally.vectorsAwayMs.filter((ms) => ms >= options.vectors.ms);
    demand('times that the vector store was away', long.length, options.vectors.times);
  }
  if (has('storm')) demand('joins and leaves in the storm', tally.rebalances, 1);
  return missing;
}
