import { expect, test } from 'vitest';
import { keepEngines } from '../../cli/up/engine-keeper.ts';

/** An engine that ends again as often as it is told to. */
function openTrial(outcomes: readonly ('starts' | 'fails')[] = []) {
  const said: string[] = [];
  const givenUp: string[] = [];
  const over = new AbortController();
  const left = [...outcomes];
  let nowMs = 0;
  let starts = 0;
  const keeper = keepEngines({
    say: (line) => said.push(line),
    giveUp: ({ message }) => void givenUp.push(message),
    over: over.signal,
    now: () => nowMs,
  });
  const start = (): Promise<void> => {
    starts += 1;
    return left.shift() === 'fails' ? Promise.reject(new Error('Redis is not well')) : Promise.resolve();
  };
  return {
    said,
    givenUp,
    over,
    keeper,
    starts: () => starts,
    endsAt: async (atMs: number) => {
      nowMs = atMs;
      keeper.ended(new Error('Redis ended with code 1'), { name: 'redis', start });
      await expect.poll(() => keeper.isRestarting('redis')).toBe(false);
    },
  };
}

test('an engine that ends is started again, which is said and counted', async () => {
  const trial = openTrial();
  await trial.endsAt(0);
  expect(trial.said).toEqual(['Redis ended with code 1. It is started again.']);
  expect(trial.starts()).toBe(1);
  expect(trial.keeper.restarts('redis')).toBe(1);
  expect(trial.keeper.restarts('postgres')).toBe(0);
});

test.each([
  ['at the fourth end within five minutes it is given up', [0, 1_000, 2_000, 299_999], 3, 1],
  ['ends that lie far apart are forgotten', [0, 1_000, 300_000, 301_000, 302_000], 5, 0],
])('%s', async (_, ends, starts, givenUp) => {
  const trial = openTrial();
  for (const at of ends) await trial.endsAt(at);
  expect(trial.starts()).toBe(starts);
  expect(trial.givenUp).toEqual(Array.from({ length: givenUp }, () => 'Redis ended with code 1'));
});

test('a start that fails counts as well', async () => {
  const twice = openTrial(['fails', 'fails', 'starts']);
  await twice.endsAt(0);
  expect(twice.starts()).toBe(3);
  expect(twice.givenUp).toEqual([]);
  const always = openTrial(['fails', 'fails', 'fails']);
  await always.endsAt(0);
  expect(always.starts()).toBe(3);
  expect(always.givenUp).toEqual(['Redis is not well']);
});

test('nothing is started once everything is to end', async () => {
  const trial = openTrial();
  trial.over.abort();
  await trial.endsAt(0);
  expect(trial.starts()).toBe(0);
  expect(trial.givenUp).toEqual([]);
});
