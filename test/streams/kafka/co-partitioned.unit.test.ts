import { expect, test } from 'vitest';
import { assignCoPartitioned, type GroupMember } from '../../../streams/kafka/co-partitioned.ts';

const counts: Readonly<Record<string, number>> = { a: 4, b: 4, wide: 6 };

function share(...members: readonly [memberId: string, ...topics: string[]][]): Record<string, string[]> {
  const given: GroupMember[] = members.map(([memberId, ...topics]) => ({ memberId, topics }));
  const shares = assignCoPartitioned(given, (topic) => counts[topic] ?? 0);
  return Object.fromEntries(
    [...shares].map(([memberId, held]) => [memberId, held.map(({ topic, partition }) => `${topic}${partition}`)]),
  );
}

test('a single member holds everything', () => {
  expect(share(['m', 'a', 'b'])).toEqual({ m: ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3'] });
});

test('partition p is member p mod n’s, over all topics, in the order of the members’ ids', () => {
  expect(share(['z', 'a', 'b'], ['y', 'a', 'b'])).toEqual({ y: ['a0', 'a2', 'b0', 'b2'], z: ['a1', 'a3', 'b1', 'b3'] });
});

test('the members’ order in the request changes nothing', () => {
  expect(share(['y', 'a'], ['z', 'a'], ['x', 'a'])).toEqual(share(['x', 'a'], ['z', 'a'], ['y', 'a']));
});

test('topics of other sizes still meet where both have the partition', () => {
  const { x, y } = share(['x', 'a', 'wide'], ['y', 'a', 'wide']);
  expect(x).toEqual(['a0', 'a2', 'wide0', 'wide2', 'wide4']);
  expect(y).toEqual(['a1', 'a3', 'wide1', 'wide3', 'wide5']);
});

test('who did not ask for a topic gets none of it, and its share goes to one that did', () => {
  expect(share(['x', 'a', 'b'], ['y', 'a'])).toEqual({ x: ['a0', 'a2', 'b0', 'b1', 'b2', 'b3'], y: ['a1', 'a3'] });
});

test('members beyond the partitions hold nothing, and a topic that does not exist has none to share', () => {
  expect(share(['v', 'a'], ['w', 'a'], ['x', 'a'], ['y', 'a'], ['z', 'a', 'gone'])).toMatchObject({ y: ['a3'], z: [] });
});
