/** Produces the input for running contenders by hand; see contenders/floor-script.ts. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { loadConfig } from '../../../streams/config.ts';
import { inputByHand } from './contenders/flags.ts';
import { produceInput } from './input.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '20000' }, topic: { type: 'string', default: inputByHand } },
});
const { kafka, schemaRegistryUrl } = loadConfig();
await produceInput({
  brokers: kafka.brokers,
  registryUrl: schemaRegistryUrl,
  log: pino({ level: 'warn' }),
  topic: values.topic,
  messages: Number(values.messages),
  compression: 'none',
  onProgress: (produced) => process.stderr.write(`\r${produced} messages in ${values.topic}`),
});
process.stderr.write('\n');
