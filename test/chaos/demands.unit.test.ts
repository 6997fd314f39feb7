import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processGroups } from '../../cli/actors.ts';
import { unmet } from './demands.ts';
import { pointsInRebuilds } from './faults/kills.ts';
import { chaosOptions } from './options.ts';
import { Tally } from './tally.ts';

const options = chaosOptions(['--brokers', '3']);

/** A run that met everything just often enough. */
function complete(): Tally {
  const tally = new Tally(join(mkdtempSync(join(tmpdir(), 'mimir-demands-')), 'actions.jsonl'));
  for (const point of options.points) tally.failPoints.set(point, options.timesEach);
  for (const point of pointsInRebuilds) tally.failPoints.set(point, options.rebuildsEach);
  for (const { name } of processGroups) tally.kills.set(name, options.timesEach);
  tally.kills.set('process', 100);
  tally.stops.set('process', options.stops);
  for (const [name, times] of [
    ['kafka-1', 4],
    ['kafka-2', 3],
    ['kafka-3', 3],
    ['postgres', 10],
    ['redis', 10],
  ] as const) {
    tally.restarts.set(name, times);
  }
  tally.vectorsAwayMs = [60_000, 60_001, 60_002];
  tally.rebalances = 4;
  return tally;
}

test('nothing is missing from a run that met every fault often enough', () => {
  expect(unmet(complete(), options)).toEqual([]);
});

test.each<[string, (tally: Tally) => void, string]>([
  ['a fail point', (tally) => tally.failPoints.set('committed', 4), 'kills at committed: 4 of 5'],
  ['a point of a rebuild', (tally) => tally.failPoints.delete('rebuild-filled'), 'kills at rebuild-filled: 0 of 5'],
  ['a kind of process', (tally) => tally.kills.delete('serve'), 'kills of serve: 0 of 5'],
  ['a stop', (tally) => tally.stops.set('process', 19), 'stops past the session: 19 of 20'],
  ['a broker', (tally) => tally.restarts.delete('kafka-3'), 'brokers restarted: 2 of 3'],
  ['a restart', (tally) => tally.restarts.set('redis', 9), 'restarts of redis: 9 of 10'],
  [
    'a minute of the vector store',
    (tally) => tally.vectorsAwayMs.pop(),
    'times that the vector store was away: 2 of 3',
  ],
  ['the storm', (tally) => (tally.rebalances = 0), 'joins and leaves in the storm: 0 of 1'],
])('a run that met %s too seldom says so', (_, take, said) => {
  const tally = complete();
  take(tally);
  expect(unmet(tally, options)).toContain(said);
});

test('a run with chosen fail points is to meet those', () => {
  const tally = new Tally(join(mkdtempSync(join(tmpdir(), 'mimir-demands-')), 'actions.jsonl'));
  tally.failPoints.set('handled', 4);
  const chosen = chaosOptions(['--only', 'kills', '--points', 'handled']);
  expect(unmet(tally, chosen)).toEqual(['kills at handled: 4 of 5']);
});

test('what a run was not to meet is not missing', () => {
  const tally = new Tally(join(mkdtempSync(join(tmpdir(), 'mimir-demands-')), 'actions.jsonl'));
  expect(unmet(tally, { ...options, only: ['repeats'] })).toEqual([]);
});
