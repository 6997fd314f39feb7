import { expect, test } from 'vitest';
import type { CollectRequest } from '../../../schemas/types.ts';
import { done, type StageDefinition } from '../../../streams/stage.ts';
import { createTestDriver } from '../../../streams/test-driver.ts';

const request = (request_id: string): CollectRequest => ({
  request_id,
  kind: 'feed',
  reason: 'schedule',
  feed_id: 'f',
  connector: 'feed',
  config: '{}',
  url: 'https://a.example/',
  visibility: 'public',
  requested_at: 0,
  entry: null,
  credentials: null,
  delay_ms: 0,
});

test.each([
  ['of its own host', ['a.example']],
  ['of many hosts', Array.from({ length: 50 }, (_, n) => `h${n}.example`)],
])('what a person asks for overtakes a backlog of 4,000 ordinary requests %s', async (_, hosts) => {
  const handled: string[] = [];
  const stage: StageDefinition<'collect-request-user' | 'collect-request', never> = {
    name: 'collector',
    purpose: 'Notes the order.',
    inputs: ['collect-request-user', 'collect-request'],
    outputs: [],
    open: async () => ({
      handler: {
        kind: 'each',
        concurrency: 4,
        async process({ value }, context) {
          handled.push(value?.request_id ?? '');
          await context.sleep(1_000);
          return done;
        },
      },
    }),
  };
  await using driver = createTestDriver([stage], { partitions: 1 });
  for (let n = 0; n < 4_000; n += 1) {
    await driver.send('collect-request', hosts[n % hosts.length] ?? '', request(`ordinary ${n}`));
  }
  // Time for the backlog to be taken up.
  await driver.advance(5_000);
  const before = handled.length;
  expect(before).toBeGreaterThan(1);
  expect(before).toBeLessThan(200);
  await driver.send('collect-request-user', hosts[0] ?? '', request('user'));
  await driver.advance(10_000);
  expect(handled.indexOf('user') - before).toBeGreaterThanOrEqual(0);
  // Those that have a place already, and the one of its host that is next.
  expect(handled.indexOf('user') - before).toBeLessThan(15);
});
