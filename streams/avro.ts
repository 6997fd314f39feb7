import avro from 'avsc';
import { selfContainedSchema, type AvroRecord } from '../schemas/load.ts';
import { UndecodableError } from './errors.ts';
import { topics, type TopicName } from './topics.ts';

/** A topic's schema, ready for use. */
export interface TopicType {
  readonly schema: AvroRecord;
  readonly type: avro.Type;
}

export function parseSchema(schema: unknown): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema);
}

/** The types of all topics, from schemas/avro. */
export function topicTypes(): ReadonlyMap<TopicName, TopicType> {
  const names = Object.keys(topics) as TopicName[];
  return new Map(
    names.map((name) => {
      const schema = selfContainedSchema(topics[name].schema);
      return [name, { schema, type: parseSchema(schema) }];
    }),
  );
}

const headerBytes = 5;
/** Encoding writes here first, so that each message costs one copy of its exact size. Grows to the largest message. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Confluent's wire format: a zero byte, the schema id (32 bits, big endian), Avro.
 *
 * @throws Error that names the fields which do not fit the schema
 */
export function encodeWire(type: avro.Type, schemaId: number, value: unknown): Buffer {
  let end: number;
  try {
    end = type.encode(value, scratch, headerBytes);
    if (end < 0) {
      // A negative answer is the number of bytes missing, as a negative number.
      scratch = Buffer.allocUnsafeSlow((scratch.length - end) * 2);
      end = type.encode(value, scratch, headerBytes);
    }
  } catch (error) {
    throw new Error(`the value does not fit its schema: ${invalidPaths(type, value)}`, { cause: error });
  }
  const bytes = Buffer.from(scratch.subarray(0, end));
  bytes[0] = 0;
  bytes.writeUInt32BE(schemaId, 1);
  return bytes;
}

function invalidPaths(type: avro.Type, value: unknown): string {
  const paths: string[] = [];
  try {
    type.isValid(value, { errorHook: (path) => paths.push(path.length === 0 ? '(the whole value)' : path.join('.')) });
  } catch {
    return 'it is not a record';
  }
  return paths.slice(0, 5).join(', ');
}

/** @throws UndecodableError where the bytes are not in the wire format */
export function wireSchemaId(bytes: Buffer): number {
  if (bytes.length < headerBytes) throw new UndecodableError(`${bytes.length} bytes are too few for a wire header`);
  if (bytes[0] !== 0) throw new UndecodableError(`the first byte is ${bytes[0]} and not the magic byte 0`);
  return bytes.readUInt32BE(1);
}

/** @throws UndecodableError where the payload is not what the schema says */
export function decodeWire(type: avro.Type, bytes: Buffer, resolver?: unknown): unknown {
  try {
    return type.fromBuffer(bytes.subarray(headerBytes), resolver as never);
  } catch (error) {
    throw new UndecodableError(`not readable as its schema says: ${(error as Error).message}`, { cause: error });
  }
}
