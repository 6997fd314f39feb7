import { FatalError } from '../../errors.ts';
import { decompress } from '../compression.ts';
import type { KafkaRecord } from '../port.ts';
import { Cursor } from './cursor.ts';
import { FetchedRecord } from './fetched-record.ts';

/** Kafka's record batch, version 2: where its fields are. */
const field = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const;
const compressionBits = 0b111;
const logAppendTimeBit = 1 << 3;
const transactionalBit = 1 << 4;
const controlBit = 1 << 5;

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** What a broker sent of one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly batches: Buffer;
  readonly aborted: readonly AbortedTransaction[];
}

/** Batches that are there as a whole; the last one may be cut off. */
function* wholeBatches(batches: Buffer): Generator<Buffer> {
  let at = 0;
  while (at + field.records <= batches.length) {
    const end = at + field.length + 4 + batches.readInt32BE(at + field.length);
    if (end > batches.length) return;
    yield batches.subarray(at, end);
    at = end;
  }
}

const lastOffsetOf = (batch: Buffer): bigint =>
  batch.readBigInt64BE(0) + BigInt(batch.readInt32BE(field.lastOffsetDelta));

/** The offset behind the last batch, also where it holds nothing to hand on; undefined where there is no batch. */
export function nextOffset(batches: Buffer): bigint | undefined {
  let last: Buffer | undefined;
  for (const batch of wholeBatches(batches)) last = batch;
  return last === undefined ? undefined : lastOffsetOf(last) + 1n;
}

/**
 * Records from an offset on: a batch may begin before the one that was asked for. Control records and what was aborted
 * are left out.
 *
 * @throws FatalError where a batch cannot be read
 */
export function readBatches(fetched: FetchedPartition, from: bigint): KafkaRecord[] {
  const records: KafkaRecord[] = [];
  const aborts = fetched.aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  for (const batch of wholeBatches(fetched.batches)) {
    const attributes = batch.readInt16BE(field.attributes);
    const producerId = batch.readBigInt64BE(field.producerId);
    while (aborts[0] !== undefined && aborts[0].firstOffset <= lastOffsetOf(batch)) {
      aborting.add(aborts[0].producerId);
      aborts.shift();
    }
    if ((attributes & controlBit) !== 0) {
      aborting.delete(producerId);
      continue;
    }
    if ((attributes & transactionalBit) !== 0 && aborting.has(producerId)) continue;
    try {
      readBatch(batch, attributes, fetched, from, records);
    } catch (error) {
      const where = `${fetched.topic}/${fetched.partition} at ${batch.readBigInt64BE(0)}`;
      throw new FatalError(`kafka, reading ${where}: ${(error as Error).message}`, { cause: error });
    }
  }
  return records;
}

function readBatch(
  batch: Buffer,
  attributes: number,
  { topic, partition }: FetchedPartition,
  from: bigint,
  records: KafkaRecord[],
): void {
  const magic = batch.readInt8(field.magic);
  if (magic !== 2) throw new Error(`record batches of version ${magic} are not known`);
  const baseOffset = batch.readBigInt64BE(0);
  const baseTimestamp = Number(batch.readBigInt64BE(field.baseTimestamp));
  const appendedAtMs =
    (attributes & logAppendTimeBit) === 0 ? undefined : Number(batch.readBigInt64BE(field.maxTimestamp));
  const count = batch.readInt32BE(field.count);
  const code = attributes & compressionBits;
  const cursor =
    code === 0 ? new Cursor(batch, field.records) : new Cursor(decompress(batch.subarray(field.records), code));
  for (let index = 0; index < count; index += 1) {
    const length = cursor.varint();
    const end = cursor.at + length;
    cursor.at += 1;
    const timestampMs = appendedAtMs ?? baseTimestamp;
    const timestampDelta = cursor.varint();
    const offset = baseOffset + BigInt(cursor.varint());
    const key = cursor.varintBytes();
    const value = cursor.varintBytes();
    const headers = cursor.take(end - cursor.at);
    if (offset < from) continue;
    const at = appendedAtMs === undefined ? timestampMs + timestampDelta : timestampMs;
    records.push(new FetchedRecord(topic, partition, offset, at, key, value, headers));
  }
}
