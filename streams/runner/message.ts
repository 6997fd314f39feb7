import { isUtf8 } from 'node:buffer';
import type { Codec } from '../codec.ts';
import { headersAsText } from '../event-headers.ts';
import { UndecodableError } from '../errors.ts';
import type { KafkaRecord } from '../kafka/port.ts';
import { maxKeyBytes } from '../limits.ts';
import type { Message } from '../stage.ts';
import type { TopicName, TopicValues } from '../topics.ts';
import { originOf } from './origin.ts';

/**
 * The record as a message, at once where the writer's schema is known.
 *
 * @throws UndecodableError where key or value cannot be read
 * @throws TransientError where the registry is away
 */
export function decodeMessage(codec: Codec, record: KafkaRecord): Message | Promise<Message> {
  const topic = originOf(record).topic as TopicName;
  const key = keyOf(record);
  if (key === undefined) throw new UndecodableError(record.key === null ? 'the key is null' : 'the key is not UTF-8');
  if ((record.key?.length ?? 0) > maxKeyBytes) throw new UndecodableError(`the key has ${record.key?.length} bytes`);
  const bytes = record.value;
  if (bytes === null) return messageOf(record, topic, key, null);
  const value = codec.decodeNow(topic, bytes);
  if (value !== undefined) return messageOf(record, topic, key, value);
  return codec.decode(topic, bytes).then((late) => messageOf(record, topic, key, late));
}

function messageOf(record: KafkaRecord, topic: TopicName, key: string, value: TopicValues[TopicName] | null): Message {
  return new DecodedMessage(record, topic, key, value) as unknown as Message;
}

/** Most stages ask for no header: they become text when somebody does. */
class DecodedMessage {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: TopicValues[TopicName] | null;
  readonly timestampMs: number;
  readonly #record: KafkaRecord;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(record: KafkaRecord, topic: TopicName, key: string, value: TopicValues[TopicName] | null) {
    this.topic = topic;
    this.partition = record.partition;
    this.offset = record.offset;
    this.key = key;
    this.value = value;
    this.timestampMs = record.timestampMs;
    this.#record = record;
  }

  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= headersAsText(this.#record.headers));
  }
}

export function keyOf({ key }: KafkaRecord): string | undefined {
  return key !== null && isUtf8(key) ? key.toString() : undefined;
}
