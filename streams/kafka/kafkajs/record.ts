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

/** Headers become an object of bytes when somebody asks for them: most records are passed by without. */
class ReadRecord implements KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  readonly #given: IHeaders | undefined;
  #headers: Readonly<Record<string, Buffer>> | undefined;

  constructor(topic: string, partition: number, { offset, key, value, headers, timestamp }: FetchedMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(offset);
    this.key = key;
    this.value = value;
    this.timestampMs = Number(timestamp);
    this.#given = headers;
  }

  get headers(): Readonly<Record<string, Buffer>> {
    return (this.#headers ??= headersOf(this.#given));
  }
}

export function recordOf(topic: string, partition: number, message: FetchedMessage): KafkaRecord {
  return new ReadRecord(topic, partition, message);
}

function headersOf(headers: IHeaders | undefined): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return [name, Buffer.isBuffer(last) ? last : Buffer.from(last ?? '')];
    }),
  );
}
