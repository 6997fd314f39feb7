import type { Codec } from '../codec.ts';
import { derivedEventId, eventHeaders, identityOf } from '../event-headers.ts';
import { headerOf, type KafkaRecord, type OutgoingRecord } from '../kafka/port.ts';
import { maxRecordBytes } from '../limits.ts';
import type { Output } from '../stage.ts';
import { eventIdOf } from './origin.ts';

/** What makes the outputs: a stage, and which revision of it. */
export interface Maker {
  readonly stage: string;
  readonly revision: number;
}

/**
 * Encodes a message's outputs, at once where the registry has given their schemas' ids.
 *
 * @throws Error where a value does not fit its schema or is too large: the stage made it, so the message is poison
 * @throws TransientError where the registry is away
 */
export function encodeOutputs(
  codec: Codec,
  { stage, revision }: Maker,
  nowMs: number,
  input: KafkaRecord,
  outputs: readonly Output[],
): OutgoingRecord[] | Promise<OutgoingRecord[]> {
  const inputEventId = eventIdOf(input);
  const traceparent = headerOf(input, 'traceparent')?.toString();
  const records: OutgoingRecord[] = [];
  for (const [index, { topic, key, value }] of outputs.entries()) {
    const bytes = value === null ? null : codec.encodeNow(topic, value);
    if (bytes === undefined) return registered(codec, { stage, revision }, nowMs, input, outputs);
    if (bytes !== null && bytes.length > maxRecordBytes) {
      throw new Error(`output ${index} to ${topic} has ${bytes.length} bytes, and ${maxRecordBytes} are allowed`);
    }
    const eventId = derivedEventId(inputEventId, stage, identityOf(topic, key, value), revision);
    const isTombstone = value === null;
    const headers = eventHeaders({ topic, source: stage, eventId, isTombstone, nowMs, traceparent });
    records.push({ topic, key, value: bytes, headers });
  }
  return records;
}

async function registered(
  ...[codec, maker, nowMs, input, outputs]: Parameters<typeof encodeOutputs>
): Promise<OutgoingRecord[]> {
  for (const { topic, value } of outputs) if (value !== null) await codec.encode(topic, value);
  return encodeOutputs(codec, maker, nowMs, input, outputs);
}
