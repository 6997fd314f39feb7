import { crc32c } from '@platformatic/kafka';
import { compress, compressionCodes, minCompressedBytes, type Compression } from '../compression.ts';
import type { OutgoingRecord } from '../port.ts';
import { encodedName } from './encoded-name.ts';

const headerBytes = 61;
const crcAt = 17;
const attributesAt = 21;

export interface ProducerIdentity {
  readonly id: bigint;
  readonly epoch: number;
}

/** Records of one partition as Kafka's record batch, version 2. */
export function writeBatch(
  records: readonly OutgoingRecord[],
  { id, epoch }: ProducerIdentity,
  sequence: number,
  compression: Compression,
  nowMs: number,
): Buffer {
  const parts = records.map(measure);
  const size = parts.reduce((sum, { bytes }) => sum + unsignedSize(zigzag(bytes)) + bytes, 0);
  const isCompressed = compression !== 'none' && size >= minCompressedBytes;
  const plain = Buffer.allocUnsafe(size + (isCompressed ? 0 : headerBytes));
  let at = isCompressed ? 0 : headerBytes;
  for (const [index, part] of parts.entries()) at = writeRecord(plain, at, part, index);
  const batch = isCompressed ? Buffer.concat([Buffer.allocUnsafe(headerBytes), compress(plain, compression)]) : plain;
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(compressionCodes[isCompressed ? compression : 'none'], attributesAt);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(nowMs), 27);
  batch.writeBigInt64BE(BigInt(nowMs), 35);
  batch.writeBigInt64BE(id, 43);
  batch.writeInt16BE(epoch, 51);
  batch.writeInt32BE(sequence, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(attributesAt)) >>> 0, crcAt);
  return batch;
}

interface Measured {
  readonly record: OutgoingRecord;
  readonly headerCount: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Of the whole record, without the length that stands before it. */
  readonly bytes: number;
}

const lengthOf = (data: Buffer | string | null): number =>
  data === null ? -1 : typeof data === 'string' ? Buffer.byteLength(data) : data.length;
const fieldSize = (length: number): number => unsignedSize(zigzag(length)) + Math.max(0, length);

function measure(record: OutgoingRecord, index: number): Measured {
  const { headers } = record;
  const keyBytes = lengthOf(record.key);
  const valueBytes = lengthOf(record.value);
  // One byte of attributes, one for the time, which is the batch's.
  let bytes = 2 + unsignedSize(zigzag(index)) + fieldSize(keyBytes) + fieldSize(valueBytes);
  let headerCount = 0;
  // Names and values are walked through in place: pairs of them for each record would be most of the garbage.
  for (const name in headers) {
    headerCount += 1;
    bytes += fieldSize(encodedName(name).length) + fieldSize(lengthOf(headers[name] ?? ''));
  }
  bytes += unsignedSize(zigzag(headerCount));
  return { record, headerCount, keyBytes, valueBytes, bytes };
}

function writeRecord(target: Buffer, start: number, part: Measured, index: number): number {
  const { headers } = part.record;
  let at = writeVarint(target, start, part.bytes);
  target[at++] = 0;
  target[at++] = 0;
  at = writeVarint(target, at, index);
  at = writeField(target, at, part.record.key, part.keyBytes);
  at = writeField(target, at, part.record.value, part.valueBytes);
  at = writeVarint(target, at, part.headerCount);
  for (const name in headers) {
    const value = headers[name] ?? '';
    const encoded = encodedName(name);
    at = writeField(target, at, encoded, encoded.length);
    at = writeField(target, at, value, lengthOf(value));
  }
  return at;
}

function writeField(target: Buffer, start: number, data: Buffer | string | null, length: number): number {
  const at = writeVarint(target, start, length);
  if (data === null) return at;
  if (typeof data === 'string') target.write(data, at, length);
  else target.set(data, at);
  return at + length;
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function unsignedSize(value: number): number {
  let size = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) size += 1;
  return size;
}

function writeVarint(target: Buffer, start: number, value: number): number {
  let at = start;
  let left = zigzag(value);
  while (left >= 128) {
    target[at++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  target[at++] = left;
  return at;
}
