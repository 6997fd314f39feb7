import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeInstance } from '../../cli/up/instance-file.ts';
import { readInstance } from '../../streams/config.ts';
import { temporaryFolder } from '../infra/temporary-folder.ts';

const instance = {
  variables: { REDIS_URL: 'redis://:secret@127.0.0.1:1' },
  operations: 'http://127.0.0.1:2',
  token: 't',
};

test('the instance file is its owner’s alone and takes the place of an earlier one', async () => {
  const dataDir = join(temporaryFolder(), 'not there yet');
  await writeInstance({ dataDir }, { ...instance, token: 'earlier' });
  await writeInstance({ dataDir }, instance);
  expect(readInstance(dataDir)).toEqual(instance);
  expect(readdirSync(dataDir)).toEqual(['instance.json']);
  expect(statSync(join(dataDir, 'instance.json')).mode & 0o777).toBe(0o600);
});

test('who reads while it is written sees a whole file', async () => {
  const dataDir = temporaryFolder();
  const long = { ...instance, variables: { LONG: 'x'.repeat(1_000_000) } };
  await writeInstance({ dataDir }, long);
  const written = new AbortController();
  const writing = (async () => {
    for (let time = 0; time < 20; time += 1) await writeInstance({ dataDir }, long);
    written.abort();
  })();
  while (!written.signal.aborted) {
    expect(readInstance(dataDir)?.variables['LONG']).toHaveLength(1_000_000);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await writing;
});

test('what a killed writer left beside it does no harm', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'instance.json.new'), '{"variables"', { mode: 0o644 });
  await writeInstance({ dataDir }, instance);
  expect(readInstance(dataDir)).toEqual(instance);
  expect(statSync(join(dataDir, 'instance.json')).mode & 0o777).toBe(0o600);
});
