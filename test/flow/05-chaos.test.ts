import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { words } from '../chaos/check/findings.ts';
import type { BuildResult } from '../chaos/faulty-builds.ts';
import { faults } from '../chaos/faulty/faults.ts';
import type { RunReport } from '../chaos/report.ts';

/** A chaos program from its start to its end, as `npm run chaos` runs it. */
async function run(script: string, ...args: readonly string[]): Promise<{ stdout: string; said: string }> {
  const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return { stdout, said };
}

const nothing = Object.fromEntries(words.map((word) => [word, 0]));

test('nothing is lost, doubled or set back while processes are killed and stopped and engines restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mimir-chaos-report-'));
  try {
    const file = join(folder, 'report.json');
    const { stdout, said } = await run('test/chaos/run.ts', '--smoke', '--json', file);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) throw new Error(`there is no report:\n${stdout}\n${said}`);
    const report = JSON.parse(text) as RunReport;
    expect({ reasons: report.reasons, findings: report.check?.findings }).toEqual({ reasons: [], findings: [] });
    expect(report.check?.counts).toEqual(nothing);
    // What nothing happened to proves nothing.
    expect(report.faults.kills).toBeGreaterThanOrEqual(10);
    expect(Object.keys(report.faults.killsAtFailPoints).length).toBeGreaterThanOrEqual(4);
    expect(report.faults.restartsOfEngines).toMatchObject({ kafka: 1, postgres: 1, redis: 1 });
    expect(report.check?.articles).toBeGreaterThanOrEqual(390);
    expect(report.check?.poison).toBeGreaterThanOrEqual(5);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the checker finds nothing in the true build, and the fault of each of ten faulty ones', async () => {
  const { stdout, said } = await run('test/chaos/faulty-builds.ts');
  const results = JSON.parse(stdout === '' ? '[]' : stdout) as readonly BuildResult[];
  if (results.length === 0) throw new Error(`there are no results:\n${said}`);
  const wrong = results.filter(({ isRight }) => !isRight);
  expect(wrong).toEqual([]);
  expect(results.map(({ build }) => build)).toEqual(['true', ...faults.map(({ name }) => name)]);
  expect(results[0]?.counts).toEqual(nothing);
});
