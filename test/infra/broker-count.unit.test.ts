import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEngines } from '../../infra/local/engines.ts';
import { assertBrokerCount } from '../../infra/local/kafka-storage.ts';
import { SetupError } from '../../infra/local/setup-error.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A data folder with formatted storage; the nodes named last have run. */
function dataFolder(formatted: readonly string[], used: readonly string[] = formatted): string {
  const dataDir = temporaryFolder();
  for (const name of formatted) mkdirSync(join(dataDir, name, 'data'), { recursive: true });
  for (const name of used) mkdirSync(join(dataDir, name, 'data', '__cluster_metadata-0'));
  return dataDir;
}

const three = ['kafka', 'kafka-2', 'kafka-3'];

test.each([
  ['nothing', [], [], 3],
  ['one broker', ['kafka'], ['kafka'], 1],
  ['three brokers', three, three, 3],
  ['three brokers of which one alone has run', three, ['kafka-2'], 3],
  ['a first start that was ended before anything ran', ['kafka-2', 'kafka-3'], [], 1],
])('on the data of %s %#', (_, formatted, used, brokers) => {
  expect(() => assertBrokerCount(dataFolder(formatted, used), brokers)).not.toThrow();
});

test.each([
  ['one broker', ['kafka'], 3, /of one broker, and 3 brokers should run.*KAFKA_LOCAL_BROKERS=1.*--fresh/u],
  ['three brokers', three, 1, /of 3 brokers, and one broker should run.*KAFKA_LOCAL_BROKERS=3.*--fresh/u],
  ['a broker that lost its first', ['kafka-2', 'kafka-3'], 3, /a part .* is gone \(kafka-2, kafka-3 are there\)/u],
  ['a broker that lost its second', ['kafka', 'kafka-3'], 2, /a part .* is gone \(kafka, kafka-3 are there\)/u],
])('the data of %s is refused to another number', (_, formatted, brokers, words) => {
  const refused = (): void => assertBrokerCount(dataFolder(formatted), brokers);
  expect(refused).toThrow(SetupError);
  expect(refused).toThrow(words);
});

test('a start with another number of brokers changes nothing', async () => {
  const dataDir = dataFolder(['kafka']);
  writeFileSync(join(dataDir, 'kafka', 'data', 'kept'), '');
  const start = startEngines({ dataDir, cacheDir: temporaryFolder(), brokers: 3 });
  await expect(start).rejects.toThrow('KAFKA_LOCAL_BROKERS=1');
  expect(readdirSync(join(dataDir, 'kafka', 'data'))).toEqual(['__cluster_metadata-0', 'kept']);
  expect(readdirSync(dataDir)).toEqual(['kafka', 'run']);
});
