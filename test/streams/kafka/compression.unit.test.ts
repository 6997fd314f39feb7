import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FatalError } from '../../../streams/errors.ts';
import { compress, compressionCodes, decompress, maxBatchBytes } from '../../../streams/kafka/compression.ts';
import { nextOffset, readBatches } from '../../../streams/kafka/platformatic/read-batches.ts';
import { writeBatch } from '../../../streams/kafka/platformatic/write-batch.ts';

test.each(['gzip', 'zstd'] as const)('%s gives back what went in', (compression) => {
  const bytes = Buffer.from('läuft '.repeat(1_000));
  const packed = compress(bytes, compression);
  expect(packed.length).toBeLessThan(bytes.length);
  expect(decompress(packed, compressionCodes[compression])).toEqual(bytes);
});

test.each([
  ['gzip', gzipSync(Buffer.alloc(maxBatchBytes + 1))],
  ['zstd', zstdCompressSync(Buffer.alloc(maxBatchBytes + 1))],
] as const)('a small %s batch that would fill the memory is fatal', (compression, bomb) => {
  expect(bomb.length).toBeLessThan(64 * 1024);
  expect(() => decompress(bomb, compressionCodes[compression])).toThrow(FatalError);
});

test.each([
  [2, 'snappy'],
  [3, 'lz4'],
])('code %d is refused by its name, %s', (code, name) => {
  expect(() => decompress(deflateSync('x'), code)).toThrow(new RegExp(name, 'u'));
});

const records = Array.from({ length: 300 }, (_, index) => ({
  topic: 't',
  key: index % 3 === 0 ? null : `ключ-${index}`,
  value: index % 5 === 0 ? null : Buffer.alloc(index * 7, index),
  headers: { name: `${index}`, bytes: Buffer.from([0, index & 0xff]) },
}));

test.each(['none', 'gzip', 'zstd'] as const)('a batch with compression %s is read as it was written', (compression) => {
  const batches = writeBatch(records, { id: 7n, epoch: 0 }, 0, compression, 1_700_000_000_000);
  expect(nextOffset(batches)).toBe(300n);
  const found = readBatches({ topic: 't', partition: 1, batches, aborted: [] }, 0n);
  expect(
    found.map(({ key, value, headers, offset, timestampMs }) => [key, value, headers, offset, timestampMs]),
  ).toEqual(
    records.map(({ key, value, headers }, index) => [
      key === null ? null : Buffer.from(key),
      value,
      { name: Buffer.from(headers.name), bytes: headers.bytes },
      BigInt(index),
      1_700_000_000_000,
    ]),
  );
});

test('records before the wanted offset are left out, and a batch that is cut off is waited for', () => {
  const whole = writeBatch(records.slice(0, 10), { id: 7n, epoch: 0 }, 0, 'none', 0);
  const batches = Buffer.concat([whole, whole.subarray(0, whole.length - 1)]);
  expect(readBatches({ topic: 't', partition: 0, batches, aborted: [] }, 6n).map(({ offset }) => offset)).toEqual([
    6n,
    7n,
    8n,
    9n,
  ]);
  expect(nextOffset(batches)).toBe(10n);
  expect(nextOffset(batches.subarray(whole.length))).toBeUndefined();
});

test('a batch that cannot be read is fatal and says where', () => {
  const batch = writeBatch(records.slice(0, 10), { id: 7n, epoch: 0 }, 0, 'none', 0);
  batch.fill(0xff, 61, 80);
  expect(() => readBatches({ topic: 't', partition: 3, batches: batch, aborted: [] }, 0n)).toThrow(/t\/3 at 0/u);
});
