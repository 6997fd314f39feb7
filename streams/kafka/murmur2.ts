/**
 * Kafka's key hash, as in Java's org.apache.kafka.common.utils.Utils.murmur2: every producer, in whatever language,
 * must choose the same partition for the same key, or the key's order is lost.
 *
 * @returns a signed 32-bit integer
 */
export function murmur2(data: Uint8Array): number {
  const { length } = data;
  const view = new DataView(data.buffer, data.byteOffset, length);
  let hash = 0x9747b28c ^ length;
  const wholeWords = length & ~3;
  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(view.getInt32(at, true), 0x5bd1e995);
    word ^= word >>> 24;
    hash = Math.imul(hash, 0x5bd1e995) ^ Math.imul(word, 0x5bd1e995);
  }
  const rest = length - wholeWords;
  if (rest > 2) hash ^= view.getUint8(wholeWords + 2) << 16;
  if (rest > 1) hash ^= view.getUint8(wholeWords + 1) << 8;
  if (rest > 0) hash = Math.imul(hash ^ view.getUint8(wholeWords), 0x5bd1e995);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return hash ^ (hash >>> 15);
}

export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
