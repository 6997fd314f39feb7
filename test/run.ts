/**
 * `npm test`: everything that must pass, one step after the other, each with its own engines, ports and data. A step
 * that fails does not keep the others from running. Ends with `N passed, N failed`, counting checks and tests.
 *
 * Arguments go to vitest: `npm test -- test/processors/dedup` runs what matches and leaves the checks out.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const checks = ['generated', 'types', 'lint', 'format', 'dead-code'];
const projects = ['unit', 'engines', 'flow'];
const resultsDir = '.mimir/test-results';

const only = process.argv.slice(2);
const counts: Count[] = [];

mkdirSync(resultsDir, { recursive: true });
if (only.length === 0) for (const name of checks) counts.push(await runCheck(name));
for (const project of projects) counts.push(await runProject(project));

const total = counts.reduce((sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed }));
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function runCheck(name: string): Promise<Count> {
  const started = Date.now();
  const code = await run('npm', ['run', '--silent', `check:${name}`]);
  console.log(`${code === 0 ? '✓' : '✗'} check:${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runProject(project: string): Promise<Count> {
  const results = `${resultsDir}/${project}.json`;
  rmSync(results, { force: true });
  console.log(`\n— ${project} tests`);
  const code = await run('vitest', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${results}`,
    ...(only.length > 0 ? ['--passWithNoTests', ...only] : []),
  ]);
  return countOf(results, code);
}

/** What the reporter counted; a run that failed without a failed test (a hook, a crash) counts as one failure. */
function countOf(results: string, code: number): Count {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    const failedOutside = code !== 0 && report.numFailedTests === 0 ? 1 : 0;
    return { passed: report.numPassedTests, failed: report.numFailedTests + failedOutside };
  } catch {
    return { passed: 0, failed: code === 0 ? 0 : 1 };
  }
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('error', (error) => {
      console.error(`${command} could not be run: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
