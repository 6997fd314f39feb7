import { expect, test } from 'vitest';
import { newestByKey } from '../../../gateways/views/newest.ts';

test.each<[string, readonly (number | null)[], { deleted: boolean; value: number | undefined }]>([
  ['one value', [1], { deleted: false, value: 1 }],
  ['newer last', [1, 2], { deleted: false, value: 2 }],
  ['newer first', [2, 1], { deleted: false, value: 2 }],
  ['a tombstone alone', [null], { deleted: true, value: undefined }],
  ['a tombstone last', [2, null], { deleted: true, value: undefined }],
  ['a value after its tombstone, also an older one', [2, null, 1], { deleted: true, value: 1 }],
  ['values around a tombstone', [1, null, 3, 2], { deleted: true, value: 3 }],
])('%s', (_title, values, change) => {
  const messages = values.map((value) => ({ key: 'a', value }));
  const others = [{ key: 'b', value: 9 }, ...messages, { key: 'b', value: 8 }];
  expect([...newestByKey(messages, (value) => value)]).toEqual([['a', change]]);
  expect(newestByKey(others, (value) => value).get('a')).toEqual(change);
});
