import { expect, test } from 'vitest';
import { Busy, Unavailable } from '../../../../gateways/services/faults.ts';
import { boundTrials, type SourceTrials, withoutTrials } from '../../../../gateways/services/sources/trials.ts';

const source = { url: 'https://a.example/', connector: 'feed', config: {}, credentials: null };

/** Trials that end only when they are given up. */
const endless: SourceTrials = {
  test: (_, signal) => givenUp(signal),
  discover: (_, signal) => givenUp(signal),
  parse: () => Promise.reject(new Error('parsed')),
  close: async () => {},
};
function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

test('what takes too long is given up, and makes place for others', async () => {
  const trials = boundTrials(() => endless, { ms: 50, atOnce: 1 });
  const trial = trials.test(source);
  await expect(trials.discover(source.url)).rejects.toBeInstanceOf(Busy);
  expect(await trial).toMatchObject({ ok: false, error_code: 'timeout', url: source.url });
  await expect(trials.discover(source.url)).rejects.toBeInstanceOf(Unavailable);
});

test('a trial that fails makes place for others', async () => {
  const failing = { ...endless, test: () => Promise.reject(new Error('a defect')) };
  const trials = boundTrials(() => failing, { ms: 1_000, atOnce: 1 });
  for (let time = 0; time < 3; time += 1) await expect(trials.test(source)).rejects.toThrow('a defect');
});

test('a process without the collect side says so', async () => {
  await expect(boundTrials(withoutTrials).test(source)).rejects.toBeInstanceOf(Unavailable);
});
