import { expect, test } from 'vitest';
import { evaluateSummaries } from './evaluate.ts';

const text =
  'The harbour of the old town burned on Monday night. Nobody was hurt in the fire, the mayor said. ' +
  'The cause of the fire is not known yet. It rained a little. Dogs barked.';

test('the first three sentences are scored beside summaries, and texts without a summary count', async () => {
  const { figures, records } = await evaluateSummaries(
    [
      { title: '', text, reference: 'The harbour of the old town burned on Monday night.' },
      { title: '', text: 'Menu', reference: 'Nothing.' },
    ],
    () => {},
  );
  const valueOf = (name: string) => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  expect(records).toBe(2);
  expect(valueOf('ROUGE-1')).toBeGreaterThan(0.2);
  expect(valueOf('ROUGE-1')).toBeLessThan(0.5);
  expect(valueOf('texts without a summary')).toBe(1);
  expect(valueOf('ROUGE-1, difference')).toBeCloseTo(valueOf('ROUGE-1') - valueOf('ROUGE-1 of first three'), 9);
});
