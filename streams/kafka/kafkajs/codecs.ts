import kafkajs from 'kafkajs';
import { compress, compressionCodes, decompress } from '../compression.ts';

interface Encoded {
  readonly buffer: Buffer;
}

/**
 * kafkajs brings gzip alone, and unfolds it without a bound. Its registry of codecs is one for the whole process; that
 * is no harm, since these read and write the same format.
 */
export function installCodecs(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP] = codec('gzip');
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = codec('zstd');
}

const codec = (compression: 'gzip' | 'zstd') => () => ({
  compress: async ({ buffer }: Encoded) => compress(buffer, compression),
  decompress: async (bytes: Buffer) => decompress(bytes, compressionCodes[compression]),
});
