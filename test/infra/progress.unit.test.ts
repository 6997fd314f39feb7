import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { silentProgress, streamProgress } from '../../infra/local/progress.ts';

function stream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const through = new PassThrough();
  return {
    stream: Object.assign(through, { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream,
    text: () => String((through.read() as Buffer | null) ?? ''),
  };
}

test('outside a terminal every step gives one line, when it ends', () => {
  const { stream: out, text } = stream(false);
  const progress = streamProgress(out);
  const [kafka, redis] = [progress.step('fetched Kafka'), progress.step('fetched Redis')];
  kafka.detail('1 MB of about 50 MB');
  expect(text()).toBe('');
  redis.fail();
  kafka.done('50 MB');
  kafka.done('twice');
  expect(text()).toMatch(/^ {2}✗ fetched Redis \(\d+\.\d s\)\n {2}✓ fetched Kafka: 50 MB \(\d+\.\d s\)\n$/u);
});

test('on a terminal the steps under way are redrawn below those that ended', () => {
  const { stream: out, text } = stream(true);
  const progress = streamProgress(out);
  const [kafka, redis] = [progress.step('fetched Kafka'), progress.step('fetched Redis')];
  kafka.detail('1 MB of about 50 MB');
  redis.done();
  expect(text()).toMatch(/✓ fetched Redis .*\n {2}… fetched Kafka: 1 MB of about 50 MB/u);
  kafka.done();
  expect(text().startsWith('\u001B[1A\u001B[J  ✓ fetched Kafka')).toBe(true);
});

test('silent progress takes everything and says nothing', () => {
  const step = silentProgress.step('anything');
  step.detail('');
  step.done();
  expect(step.fail()).toBeUndefined();
});
