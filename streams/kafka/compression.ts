import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FatalError } from '../errors.ts';

/** How a record batch is compressed. Whatever is chosen for writing, all of them are read. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** Kafka's numbers for them, the lowest three bits of a batch's attributes. */
export const compressionCodes = { none: 0, gzip: 1, zstd: 4 } as const;

/** Below this size compression costs more than it saves. */
export const minCompressedBytes = 1_024;

/**
 * Brokers limit the compressed size of a batch only, so a batch of 4 MiB could unfold into gigabytes. Producers put at
 * most a few megabytes into one.
 */
export const maxBatchBytes = 32 * 1024 * 1024;

export function compress(bytes: Uint8Array, compression: 'gzip' | 'zstd'): Buffer {
  return compression === 'gzip' ? gzipSync(bytes, { level: 3 }) : zstdCompressSync(bytes);
}

/**
 * @param code Kafka's number for the compression
 * @throws FatalError where it is one that cannot be read without native packages, or the content is too large
 */
export function decompress(bytes: Uint8Array, code: number): Buffer {
  try {
    if (code === compressionCodes.gzip) return gunzipSync(bytes, { maxOutputLength: maxBatchBytes });
    if (code === compressionCodes.zstd) return zstdDecompressSync(bytes, { maxOutputLength: maxBatchBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new FatalError(`a record batch is larger than ${maxBatchBytes} bytes when decompressed`, { cause: error });
  }
  const name = { 2: 'snappy', 3: 'lz4' }[code] ?? `number ${code}`;
  throw new FatalError(`a record batch is compressed with ${name}; none, gzip and zstd can be read`);
}
