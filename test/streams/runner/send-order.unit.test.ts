import { describe, expect, test } from 'vitest';
import { TransientError } from '../../../streams/errors.ts';
import { emit, type StageDefinition } from '../../../streams/stage.ts';
import { createTestDriver } from '../../../streams/test-driver.ts';
import { batches, each, link } from './stages.ts';

const topic = 'article-duplicate';
const output = 'article-unique';
type Stage = StageDefinition<typeof topic, typeof topic | typeof output>;

/** Passes each message on as a tombstone under its key; its event id tells which message it came from. */
const kinds: readonly [string, Stage][] = [
  ['each', each(async ({ key }) => emit([{ topic: output, key, value: null }]), 8)],
  ['batch', batches(async (messages) => messages.map(({ key }) => emit([{ topic: output, key, value: null }])), 7)],
];

describe.each(kinds)('outputs of a handler of kind %s', (_kind, stage) => {
  test('keep the order of their keys, and none is lost, while Kafka fails now and then', async () => {
    let requests = 0;
    await using driver = createTestDriver([stage], {
      partitions: 2,
      before: {
        produce() {
          requests += 1;
          if (requests % 3 !== 0) throw new TransientError('no leader');
        },
      },
    });
    const sent: Record<string, string[]> = {};
    for (let index = 0; index < 120; index += 1) {
      const key = `k${index % 9}`;
      (sent[key] ??= []).push(`in-${index}`);
      await driver.send(topic, key, link(key, `${index}`), { event_id: `in-${index}`, traceparent: traceOf(index) });
    }
    await driver.settle();
    const produced: Record<string, string[]> = {};
    for (const { key, headers } of await driver.output(output)) {
      (produced[key] ??= []).push(`in-${Number.parseInt(headers['traceparent']?.slice(3, 35) ?? '', 16)}`);
    }
    expect(produced).toEqual(sent);
  });
});

/** The trace goes on from input to output, so it says which input an output is of. */
function traceOf(index: number): string {
  return `00-${index.toString(16).padStart(32, '0')}-${'b'.repeat(16)}-01`;
}
