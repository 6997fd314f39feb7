import { expect, test } from 'vitest';
import { newestByKey } from '../../../gateways/views/newest.ts';

test.each<[string, readonly (number | null)[], { deleted: number | null; value: number | undefined }]>([
  ['one value', [1], { deleted: null, value: 1 }],
  ['newer last', [1, 2], { deleted: null, value: 2 }],
  ['newer first', [2, 1], { deleted: null, value: 2 }],
  ['a tombstone alone', [null], { deleted: 5_999, value: undefined }],
  ['a tombstone last', [2, null], { deleted: 5_999, value: undefined }],
  ['a value after its tombstone, also an older one', [2, null, 1], { deleted: 5_999, value: 1 }],
  ['values around a tombstone', [1, null, 3, 2], { deleted: 5_999, value: 3 }],
])('%s', (_title, values, change) => {
  const messages = values.map((value) => ({ key: 'a', value, timestampMs: 5 }));
  const others = [{ key: 'b', value: 9, timestampMs: 6 }, ...messages, { key: 'b', value: 8, timestampMs: 7 }];
  expect([...newestByKey(messages, (value) => value)]).toEqual([['a', change]]);
  expect(newestByKey(others, (value) => value).get('a')).toEqual(change);
});
