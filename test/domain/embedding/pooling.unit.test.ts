import { expect, test } from 'vitest';
import { meanPool } from '../../../domain/embedding/pooling.ts';

test('a vector is the mean over the tokens without padding, at unit length', () => {
  const padding = [100, 100];
  const hidden = new Float32Array([3, 0, 3, 8, ...padding, 0, 2, ...padding, ...padding]);

  const vectors = meanPool(hidden, [2, 1], 3, 2);

  expect(vectors.map((vector) => [...vector].map((value) => Number(value.toFixed(6))))).toEqual([
    [0.6, 0.8],
    [0, 1],
  ]);
});
