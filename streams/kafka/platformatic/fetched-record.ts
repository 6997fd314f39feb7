import type { KafkaRecord } from '../port.ts';
import { Cursor } from './cursor.ts';

/** Headers become an object when somebody asks for them: most records are passed by without. */
export class FetchedRecord implements KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  #headers: Readonly<Record<string, Buffer>> | Buffer;

  /** @param headers as they are in the batch, from their count on */
  constructor(
    topic: string,
    partition: number,
    offset: bigint,
    timestampMs: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Buffer,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.#headers = headers;
  }

  get headers(): Readonly<Record<string, Buffer>> {
    if (Buffer.isBuffer(this.#headers)) this.#headers = readHeaders(this.#headers);
    return this.#headers;
  }
}

function readHeaders(bytes: Buffer): Readonly<Record<string, Buffer>> {
  const cursor = new Cursor(bytes);
  const count = cursor.varint();
  const headers: Record<string, Buffer> = {};
  for (let index = 0; index < count; index += 1) {
    const name = cursor.varintBytes()?.toString() ?? '';
    headers[name] = cursor.varintBytes() ?? Buffer.alloc(0);
  }
  return headers;
}
