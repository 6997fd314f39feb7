import { expect, test } from 'vitest';
import { meanPool } from '../../../domain/embedding/pooling.ts';

test.each([
  ['two tokens', [3, 0, 3, 8], [0.6, 0.8]],
  ['one token', [0, 2], [0, 1]],
  ['tokens that cancel out', [1, 1, -1, -1], [0, 0]],
])('the vector of %s is their mean at unit length', (_, hidden, expected) => {
  const vector = meanPool(new Float32Array(hidden), 2);
  expect([...vector].map((value) => Number(value.toFixed(6)))).toEqual(expected);
});
