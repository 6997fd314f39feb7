import type { Article, ArticleEnriched } from '../../../../schemas/types.ts';
import { wireSchemaId } from '../../../../streams/avro.ts';
import { openCodec } from '../../../../streams/registry-codec.ts';
import type { TopicName } from '../../../../streams/topics.ts';
import { articleOf } from '../articles.ts';
import { benchTypes } from '../topics.ts';
import { transform } from '../transform.ts';
import type { ContenderFlags } from './flags.ts';

const headerBytes = 5;

/** Avro in Confluent's wire format as a plain loop would do it: one schema a topic, known when it starts. */
export interface Wire {
  decode(bytes: Buffer): Article;
  encode(value: ArticleEnriched): Buffer;
}

export async function openWire(flags: ContenderFlags): Promise<Wire> {
  const types = benchTypes(flags);
  const codec = openCodec(flags.registryUrl, flags.log, { types });
  await codec.registerAll();
  const schemaId = wireSchemaId(await codec.encode(flags.output as TopicName, transform(articleOf(0))));
  const [input, output] = [types.get(flags.input)?.type, types.get(flags.output)?.type];
  if (input === undefined || output === undefined) throw new Error('the topics have no schema');
  const scratch = Buffer.alloc(1024 * 1024);
  scratch.writeUInt32BE(schemaId, 1);
  return {
    decode: (bytes) => input.fromBuffer(bytes.subarray(headerBytes)) as Article,
    encode: (value) => Buffer.from(scratch.subarray(0, output.encode(value, scratch, headerBytes))),
  };
}
