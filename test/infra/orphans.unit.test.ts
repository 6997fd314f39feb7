import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endOrphans, recordChild } from '../../infra/local/orphans.ts';
import { temporaryFolder } from './temporary-folder.ts';

const proof = 'mark-of-this-data-folder';

/** A process that has the mark in its command line, as every engine has its data folder there. */
async function markedProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', proof]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child as typeof child & { readonly pid: number };
}

/** Rewrites the only record there is. */
function change(dataDir: string, fields: object): void {
  const [name = ''] = readdirSync(join(dataDir, 'run'));
  const file = join(dataDir, 'run', name);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...fields }));
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

test('a recorded process that still runs is ended, and its record removed', async () => {
  const dataDir = temporaryFolder();
  const child = await markedProcess();
  const end = ended(child);
  recordChild(dataDir, 'kafka', child.pid, proof);
  expect(await endOrphans(dataDir)).toEqual(['kafka']);
  expect(await end).toBe('SIGTERM');
  expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
});

test.each([
  { why: 'another process got its number since', fields: { started: 'another boot:1' } },
  { why: 'its command line is not one of ours', fields: { proof: 'another-folder' } },
  { why: 'its record proves nothing', fields: { proof: '' } },
])('a process is left alone when $why', async ({ fields }) => {
  const dataDir = temporaryFolder();
  const child = await markedProcess();
  recordChild(dataDir, 'kafka', child.pid, proof);
  change(dataDir, fields);
  expect(await endOrphans(dataDir)).toEqual([]);
  expect(child.exitCode ?? child.signalCode).toBeNull();
  expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
});

test('a record that was cut off by a crash, or whose process is gone, is removed', async () => {
  const dataDir = temporaryFolder();
  const child = await markedProcess();
  recordChild(dataDir, 'kafka', child.pid, proof);
  const end = ended(child);
  child.kill('SIGKILL');
  await end;
  writeFileSync(join(dataDir, 'run', 'redis.json'), '{"name":"redis","pi');
  expect(await endOrphans(dataDir)).toEqual([]);
  expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
});
