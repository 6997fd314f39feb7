import type { TopicName, TopicValues } from './topics.ts';

/** Between a topic's values and bytes in the Confluent wire format (0, schema id, Avro). */
export interface Codec {
  /**
   * Registers the schema of every topic, or finds it registered.
   *
   * @throws FatalError where the registry refuses a schema as incompatible; says which, and the registry's reason
   * @throws TransientError where the registry is away
   */
  registerAll(): Promise<void>;
  encode<T extends TopicName>(topic: T, value: TopicValues[T]): Promise<Buffer>;
  /** As `encode`, but at once; undefined while the topic's schema has no id yet. For who has thousands of them. */
  encodeNow<T extends TopicName>(topic: T, value: TopicValues[T]): Buffer | undefined;
  /**
   * Reads with the writer's schema, resolved to ours.
   *
   * @throws UndecodableError for bytes that no retry will make readable
   * @throws TransientError where the registry is away
   */
  decode<T extends TopicName>(topic: T, bytes: Buffer): Promise<TopicValues[T]>;
  /** As `decode`, but at once; undefined while the writer's schema is not known here. */
  decodeNow<T extends TopicName>(topic: T, bytes: Buffer): TopicValues[T] | undefined;
}
