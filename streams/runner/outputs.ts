import type { Codec } from '../codec.ts';
import { derivedEventId, eventHeaders } from '../event-headers.ts';
import type { KafkaRecord, OutgoingRecord } from '../kafka/port.ts';
import { maxRecordBytes } from '../limits.ts';
import type { Output } from '../stage.ts';
import { eventIdOf } from './message.ts';

/**
 * @throws Error where a value does not fit its schema or is too large: the stage made it, so the message is poison
 * @throws TransientError where the registry is away
 */
export async function encodeOutputs(
  codec: Codec,
  stage: string,
  nowMs: number,
  input: KafkaRecord,
  outputs: readonly Output[],
): Promise<OutgoingRecord[]> {
  const inputEventId = eventIdOf(input);
  const traceparent = input.headers['traceparent']?.toString();
  return Promise.all(
    outputs.map(async ({ topic, key, value }, index) => {
      const bytes = value === null ? null : await codec.encode(topic, value);
      if (bytes !== null && bytes.length > maxRecordBytes) {
        throw new Error(`output ${index} to ${topic} has ${bytes.length} bytes, and ${maxRecordBytes} are allowed`);
      }
      const eventId = derivedEventId(inputEventId, stage, index);
      const isTombstone = value === null;
      const headers = eventHeaders({ topic, source: stage, eventId, isTombstone, nowMs, traceparent });
      return { topic, key, value: bytes, headers };
    }),
  );
}
