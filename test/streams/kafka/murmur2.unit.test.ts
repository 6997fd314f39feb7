import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { murmur2, partitionOf } from '../../../streams/kafka/murmur2.ts';

// The expectations of Kafka's own UtilsTest.
test.for<[string, number]>([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('%s hashes as in Java', ([key, hash]) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('a key goes where kafkajs’ Java-compatible partitioner sends it', () => {
  const theirs = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
  for (let seed = 0; seed < 500; seed += 1) {
    const key = Buffer.from(`clé-${seed * 7919}-${'x'.repeat(seed % 9)}`);
    expect(partitionOf(key, 7)).toBe(theirs({ topic: 't', partitionMetadata, message: { key, value: null } }));
  }
});
