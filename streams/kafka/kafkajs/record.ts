import type { IHeaders } from 'kafkajs';
import type { KafkaRecord } from '../port.ts';

export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders | undefined;
  readonly isControlRecord?: boolean;
}

export function recordOf(topic: string, partition: number, message: FetchedMessage): KafkaRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: headersOf(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

function headersOf(headers: IHeaders | undefined): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return [name, Buffer.isBuffer(last) ? last : Buffer.from(last ?? '')];
    }),
  );
}
