import { decodeWire, encodeWire, topicTypes, wireSchemaId } from './avro.ts';
import type { Codec } from './codec.ts';
import { UndecodableError } from './errors.ts';
import type { TopicName, TopicValues } from './topics.ts';

/** The codec without a registry, for tests: schemas have the numbers of their topics. Writer and reader are the same. */
export function createLocalCodec(): Codec {
  const types = topicTypes();
  const names = [...types.keys()];
  const encodeNow = <T extends TopicName>(topic: T, value: TopicValues[T]): Buffer =>
    encodeWire(typeOf(topic), names.indexOf(topic) + 1, value);
  const decodeNow = <T extends TopicName>(topic: T, bytes: Buffer): TopicValues[T] => {
    const id = wireSchemaId(bytes);
    if (names[id - 1] !== topic) throw new UndecodableError(`schema ${id} is not known for ${topic}`);
    return decodeWire(typeOf(topic), bytes) as TopicValues[T];
  };
  return {
    async registerAll() {},
    encode: async (topic, value) => encodeNow(topic, value),
    encodeNow,
    decode: async (topic, bytes) => decodeNow(topic, bytes),
    decodeNow,
  };

  function typeOf(topic: TopicName): Parameters<typeof encodeWire>[0] {
    const found = types.get(topic);
    if (found === undefined) throw new Error(`topic ${topic} has no schema`);
    return found.type;
  }
}
