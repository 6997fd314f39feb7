import type { OutgoingRecord } from './port.ts';

/** What one request holds for a partition becomes one record batch, and the broker limits a batch to 4 MiB. */
const maxRequestBytes = 1024 * 1024;
const maxRequestRecords = 5_000;
/** What a record needs besides its key, value and headers, at most. */
const overheadBytes = 70;

/** Splits what is to be sent into requests, in order. A record that is larger than a request should be goes alone. */
export function* chunksOf(
  records: readonly OutgoingRecord[],
): Generator<{ readonly chunk: readonly OutgoingRecord[]; readonly bytes: number }> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (chunk.length > 0 && (bytes + size > maxRequestBytes || chunk.length >= maxRequestRecords)) {
      yield { chunk, bytes };
      chunk = [];
      bytes = 0;
    }
    chunk.push(record);
    bytes += size;
  }
  if (chunk.length > 0) yield { chunk, bytes };
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes;
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0) + 4;
  return bytes;
}
