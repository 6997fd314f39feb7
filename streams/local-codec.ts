import { decodeWire, encodeWire, topicTypes, wireSchemaId } from './avro.ts';
import type { Codec } from './codec.ts';
import { UndecodableError } from './errors.ts';
import type { TopicName, TopicValues } from './topics.ts';

/** The codec without a registry, for tests: schemas have the numbers of their topics. Writer and reader are the same. */
export function createLocalCodec(): Codec {
  const types = topicTypes();
  const names = [...types.keys()];
  return {
    async registerAll() {},
    async encode<T extends TopicName>(topic: T, value: TopicValues[T]) {
      return encodeWire(typeOf(topic), names.indexOf(topic) + 1, value);
    },
    async decode<T extends TopicName>(topic: T, bytes: Buffer) {
      const id = wireSchemaId(bytes);
      if (names[id - 1] !== topic) throw new UndecodableError(`schema ${id} is not known for ${topic}`);
      return decodeWire(typeOf(topic), bytes) as TopicValues[T];
    },
  };

  function typeOf(topic: TopicName): Parameters<typeof encodeWire>[0] {
    const found = types.get(topic);
    if (found === undefined) throw new Error(`topic ${topic} has no schema`);
    return found.type;
  }
}
