import { expect, test } from 'vitest';
import { evaluateSentiment } from './evaluate.ts';

const records = [
  { title: '', text: 'A wonderful success for everybody.', score: 3 },
  { title: '', text: 'The meeting is on Tuesday.', score: 0.3 },
  { title: '', text: 'A horrible disaster killed many.', score: -3.5 },
];

test('scores that go with those of people correlate, and labels go by how wide neutral is', () => {
  const [pearson, spearman, accuracy] = evaluateSentiment(records).figures;
  expect(pearson?.value).toBeGreaterThan(0.9);
  expect(spearman?.value).toBeCloseTo(1, 9);
  expect(accuracy?.value).toBe(1);
  expect(evaluateSentiment(records, 0.2).figures[2]?.value).toBeCloseTo(2 / 3, 9);
});
