import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failPoints } from '../../streams/fail-points.ts';
import { ordersFor, pointsInProcesses, pointsInRebuilds } from './faults/kills.ts';
import { seededRandom } from './random.ts';

test('the documentation lists every fail point with its meaning, and no other', () => {
  const page = readFileSync('docs/chaos.md', 'utf8');
  const section = page.slice(page.indexOf('## Fail points'), page.indexOf('## Is the checker right?'));
  const rows = [...section.matchAll(/^\| `([\w-]+)` +\| (.+?) +\|$/gmu)].map(([, point, meaning]) => [point, meaning]);
  expect(rows).toEqual(Object.entries(failPoints));
});

test('a full run orders every point at least five times', () => {
  const orders = ordersFor(pointsInProcesses, 5, seededRandom(1));
  const counts = Map.groupBy(orders, ({ failAt }) => failAt?.point);
  const rare = pointsInProcesses.filter((point) => (counts.get(point)?.length ?? 0) < 5);
  expect(rare).toEqual([]);
  expect([...pointsInProcesses, ...pointsInRebuilds].toSorted()).toEqual(Object.keys(failPoints).toSorted());
});

test('the same seed gives the same orders', () => {
  expect(ordersFor(pointsInProcesses, 5, seededRandom(3))).toEqual(ordersFor(pointsInProcesses, 5, seededRandom(3)));
});
