import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import confluent from '@kafkajs/confluent-schema-registry';
import type avro from 'avsc';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { decodeWire, encodeWire, topicTypes, wireSchemaId, type TopicType } from './avro.ts';
import type { Codec } from './codec.ts';
import { FatalError, TransientError, UndecodableError } from './errors.ts';
import type { TopicName, TopicValues } from './topics.ts';
import { within } from './within.ts';

/** Every schema that was ever registered for a subject can read, and be read by, every other. */
const compatibility = 'FULL_TRANSITIVE';
const requestDeadlineMs = 10_000;
/** An unknown id may be one that another registry node has not heard of yet: ask again soon, but not per message. */
const unknownIdMs = 15_000;

interface Options {
  readonly types?: ReadonlyMap<string, TopicType>;
  /** Stands before each subject, so that several installations may share a registry. */
  readonly subjectPrefix?: string;
}

/** How values of one writer's schema become ours. */
interface Reader {
  readonly resolver: unknown;
}

/**
 * The codec over a Confluent-compatible schema registry. Schemas are asked for once and kept; encoding and decoding of
 * known schemas do without the registry, so that its outage stops only what it has not yet answered.
 */
export function openCodec(registryUrl: string, log: Logger, options: Options = {}): Codec {
  const agent = registryUrl.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const client = new confluent.SchemaRegistry({ host: registryUrl, clientId: 'mimir', agent, retry: { retries: 1 } });
  const types: ReadonlyMap<string, TopicType> = options.types ?? topicTypes();
  const ids = new Map<string, number>();
  const registering = new Map<string, Promise<number>>();
  /** By topic, then by schema id: looked at for each message. */
  const readers = new Map<string, LRUCache<number, Reader>>();
  const unknownIds = new LRUCache<number, string>({ max: 1_000, ttl: unknownIdMs });

  const typeOf = (topic: string): TopicType => {
    const found = types.get(topic);
    if (found === undefined) throw new FatalError(`topic ${topic} has no schema`);
    return found;
  };

  async function register(topic: string): Promise<number> {
    const { schema } = typeOf(topic);
    const subject = `${options.subjectPrefix ?? ''}${topic}-value`;
    const { id } = await askRegistry(
      subject,
      async () => {
        // The client would set the level only after it registered, and so let an incompatible schema pass.
        await setCompatibility(client, subject);
        return client.register(
          { type: confluent.SchemaType.AVRO, schema: JSON.stringify(schema) },
          { subject, compatibility: confluent.COMPATIBILITY[compatibility] },
        );
      },
      'transient',
    );
    log.debug({ subject, id }, 'schema registered');
    ids.set(topic, id);
    return id;
  }

  function idOf(topic: string): Promise<number> {
    const running = registering.get(topic);
    if (running !== undefined) return running;
    const started = register(topic).finally(() => registering.delete(topic));
    registering.set(topic, started);
    return started;
  }

  async function readerOf(topic: string, id: number): Promise<Reader> {
    const unknown = unknownIds.get(id);
    if (unknown !== undefined) throw new UndecodableError(unknown);
    const writer = await askRegistry(`schema ${id}`, () => client.getSchema(id), 'undecodable').catch(
      (error: unknown) => {
        if (error instanceof UndecodableError) unknownIds.set(id, error.message);
        throw error;
      },
    );
    const reader = { resolver: resolve(typeOf(topic).type, writer, id) };
    let ofTopic = readers.get(topic);
    if (ofTopic === undefined) readers.set(topic, (ofTopic = new LRUCache({ max: 100 })));
    ofTopic.set(id, reader);
    return reader;
  }

  function encodeNow<T extends TopicName>(topic: T, value: TopicValues[T]): Buffer | undefined {
    const id = ids.get(topic);
    return id === undefined ? undefined : encodeWire(typeOf(topic).type, id, value);
  }

  function decodeNow<T extends TopicName>(topic: T, bytes: Buffer): TopicValues[T] | undefined {
    const reader = readers.get(topic)?.get(wireSchemaId(bytes));
    return reader === undefined
      ? undefined
      : (decodeWire(typeOf(topic).type, bytes, reader.resolver) as TopicValues[T]);
  }

  return {
    async registerAll() {
      await Promise.all([...types.keys()].map(idOf));
    },
    async encode<T extends TopicName>(topic: T, value: TopicValues[T]) {
      return encodeNow(topic, value) ?? encodeWire(typeOf(topic).type, await idOf(topic), value);
    },
    encodeNow,
    async decode<T extends TopicName>(topic: T, bytes: Buffer) {
      const now = decodeNow(topic, bytes);
      if (now !== undefined) return now;
      const reader = await readerOf(topic, wireSchemaId(bytes));
      return decodeWire(typeOf(topic).type, bytes, reader.resolver) as TopicValues[T];
    },
    decodeNow,
  };
}

/** Undefined where the writer's schema is ours: reading without a resolver is the faster way. */
function resolve(ours: avro.Type, writer: unknown, id: number): unknown {
  try {
    if (ours.equals(writer as avro.Type)) return undefined;
    return ours.createResolver(writer as avro.Type);
  } catch (error) {
    throw new UndecodableError(`schema ${id} cannot be read as ours: ${(error as Error).message}`, { cause: error });
  }
}

/** The client has the request but does not offer it. */
interface ConfigApi {
  readonly Subject: {
    updateConfig(request: { subject: string; body: { compatibility: string } }): Promise<unknown>;
  };
}

async function setCompatibility(client: object, subject: string): Promise<void> {
  const { api } = client as { api: ConfigApi };
  await api.Subject.updateConfig({ subject, body: { compatibility } });
}

/** Puts the client's answers into our classes of errors; `notFound` is what a 404 means for this question. */
async function askRegistry<T>(what: string, ask: () => Promise<T>, notFound: 'transient' | 'undecodable'): Promise<T> {
  try {
    return await within(requestDeadlineMs, ask(), () => new TransientError(`schema registry: no answer on ${what}`));
  } catch (error) {
    if (error instanceof TransientError) throw error;
    const { status, message } = error as { status?: number; message: string };
    const said = `schema registry on ${what}: ${message}`;
    if (status === 409 || status === 422) {
      const refusal = `${what}: the schema registry refuses our schema (${compatibility}): ${message}`;
      throw new FatalError(refusal, { cause: error });
    }
    if (status === 401 || status === 403) throw new FatalError(said, { cause: error });
    if (notFound === 'undecodable' && (status === 404 || isUnusableSchema(error))) {
      throw new UndecodableError(said, { cause: error });
    }
    // 400 is how the client says that it reached nothing.
    throw new TransientError(said, { cause: error });
  }
}

/** The registry answered with a schema that is no Avro schema. Anything but such an answer breaks in the parser instead. */
function isUnusableSchema(error: unknown): boolean {
  if (!(error instanceof Error) || 'status' in error) return false;
  return !(error instanceof SyntaxError) && !(error instanceof TypeError);
}
