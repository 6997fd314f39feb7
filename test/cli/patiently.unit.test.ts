import { expect, test } from 'vitest';
import { patiently } from '../../cli/up/patiently.ts';
import { FatalError, TransientError } from '../../streams/errors.ts';

/** Answers after so many failures. */
function failing(times: number, error: Error): { readonly work: () => Promise<string>; readonly tries: () => number } {
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries <= times) throw error;
    return 'done';
  };
  return { work, tries: () => tries };
}

test('what is away is asked again', async () => {
  const { work, tries } = failing(2, new TransientError('away'));
  expect(await patiently(60_000, work)).toBe('done');
  expect(tries()).toBe(3);
});

test.each([
  ['patience is over', 0, new TransientError('away')],
  ['the fault is another', 60_000, new FatalError('refused')],
])('where %s it is told at once', async (_, patienceMs, error) => {
  const { work, tries } = failing(2, error);
  await expect(patiently(patienceMs, work)).rejects.toBe(error);
  expect(tries()).toBe(1);
});
