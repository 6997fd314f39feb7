import type { KafkaRecord } from '../port.ts';
import { Cursor } from './cursor.ts';
import { encodedName } from './encoded-name.ts';

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

  get headersBytes(): number {
    return Buffer.isBuffer(this.#headers) ? this.#headers.length : 0;
  }

  /** Walks over the others: a record has ten headers, and the runner wants two. */
  findHeader(name: string): Buffer | undefined {
    const headers = this.#headers;
    return Buffer.isBuffer(headers) ? findHeader(headers, name) : headers[name];
  }

  get headers(): Readonly<Record<string, Buffer>> {
    if (Buffer.isBuffer(this.#headers)) this.#headers = readHeaders(this.#headers);
    return this.#headers;
  }
}

/** Of a repeated header, the last. */
function findHeader(bytes: Buffer, name: string): Buffer | undefined {
  const cursor = new Cursor(bytes);
  const wanted = encodedName(name);
  let found: Buffer | undefined;
  for (let left = cursor.varint(); left > 0; left -= 1) {
    const nameBytes = cursor.varint();
    const isWanted =
      nameBytes === wanted.length && bytes.compare(wanted, 0, nameBytes, cursor.at, cursor.at + nameBytes) === 0;
    cursor.skip(nameBytes);
    const valueBytes = cursor.varint();
    if (isWanted) found = bytes.subarray(cursor.at, cursor.at + Math.max(0, valueBytes));
    cursor.skip(Math.max(0, valueBytes));
  }
  return found;
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
