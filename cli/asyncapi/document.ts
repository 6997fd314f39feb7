import { readFileSync } from 'node:fs';
import type { StageDefinition } from '../../streams/stage.ts';
import { channels } from './channels.ts';
import { bindingVersion, messages, schemas } from './messages.ts';
import { operations } from './operations.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The AsyncAPI 3.0 document of the topics: for other teams, and for tools that make clients and pages of it. */
export function asyncApiDocument(stages: readonly StageDefinition[]): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Mimir streams',
      version,
      description:
        'News as a stream: what each topic holds, and who writes and reads it. Anybody may read every topic; only ' +
        'Mimir writes. Values are Avro in the Confluent wire format, and the schema registry has the schemas. What is ' +
        'promised about keys, order, repeats, retention and compatibility is in docs/topics.md.',
    },
    defaultContentType: 'application/avro',
    servers: {
      installation: {
        host: '{broker}',
        protocol: 'kafka',
        description: 'Your installation. On one machine, `npm start` shows the addresses.',
        variables: {
          broker: { default: '127.0.0.1:9092', description: 'Host and port of a broker, as in KAFKA_BROKERS.' },
        },
        bindings: {
          kafka: {
            schemaRegistryUrl: 'http://127.0.0.1:8085/apis/ccompat/v7',
            schemaRegistryVendor: 'apicurio',
            bindingVersion,
          },
        },
      },
    },
    channels: channels(),
    operations: operations(stages),
    components: { messages: messages(), schemas: schemas() },
  };
}
