import type { Codec } from '../../../streams/codec.ts';
import { UndecodableError } from '../../../streams/errors.ts';
import type { Kafka, KafkaRecord, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import type { TopicName, TopicValues } from '../../../streams/topics.ts';
import { createHash } from 'node:crypto';

/** An event as another team's consumer sees it, which knows repeats by their id. */
export interface Event<T extends TopicName> {
  readonly eventId: string;
  readonly key: string;
  readonly value: TopicValues[T] | null;
  readonly bytesHash: string;
  /** Partition and offset. */
  readonly place: string;
}

export interface TopicEvents<T extends TopicName> {
  /** The first of each event id, in order within each key. */
  readonly events: readonly Event<T>[];
  /** Records that were left out, since their event id was seen before. */
  readonly repeats: number;
  /** Repeats that say something else than the first. */
  readonly changed: readonly { readonly first: Event<T>; readonly repeat: Event<T> }[];
  /** Records that cannot be read: of the poison, or lost. */
  readonly unreadable: number;
}

export async function readEvents<T extends TopicName>(
  topic: T,
  { kafka, codec }: { readonly kafka: Kafka; readonly codec: Codec },
  from: readonly TopicPartitionOffset[],
): Promise<TopicEvents<T>> {
  const events = new Map<string, Event<T>>();
  const changed: { first: Event<T>; repeat: Event<T> }[] = [];
  let repeats = 0;
  let unreadable = 0;
  await kafka.readToEnd(
    topic,
    async (records) => {
      for (const event of await Promise.all(records.map((record) => eventOf(topic, codec, record)))) {
        if (event === undefined) {
          unreadable += 1;
          continue;
        }
        const first = events.get(event.eventId);
        if (first === undefined) {
          events.set(event.eventId, event);
          continue;
        }
        repeats += 1;
        if (first.bytesHash !== event.bytesHash || first.key !== event.key) changed.push({ first, repeat: event });
      }
    },
    { from },
  );
  return { events: [...events.values()], repeats, changed, unreadable };
}

async function eventOf<T extends TopicName>(
  topic: T,
  codec: Codec,
  { key, value, headers, partition, offset }: KafkaRecord,
): Promise<Event<T> | undefined> {
  // A null key can belong to no article; the generator's poison is counted by the dead letters.
  if (key === null || headers['chaos-kind'] !== undefined) return undefined;
  try {
    const decoded = value === null ? null : await codec.decode(topic, value);
    return {
      eventId: headers['event_id']?.toString() ?? `${topic}/${partition}/${offset}`,
      key: key.toString(),
      value: decoded,
      bytesHash: createHash('sha256')
        .update(value ?? '')
        .digest('base64'),
      place: `${topic}/${partition}/${offset}`,
    };
  } catch (error) {
    if (error instanceof UndecodableError) return undefined;
    throw error;
  }
}
