import { expect, onTestFinished, test } from 'vitest';
import { type Supervisor, supervise } from '../../cli/up/supervisor.ts';
import { temporaryFolder } from '../infra/temporary-folder.ts';

/** A process that waits for a database that is not there. */
function superviseOne(options: { readonly logDir: string; readonly longestHoldMs?: number }): Supervisor {
  const env = {
    PATH: process.env['PATH'] ?? '',
    MIMIR_DATA_DIR: options.logDir,
    DATABASE_URL: 'postgres://127.0.0.1:1/x',
  };
  const supervisor = supervise([{ name: 'plan', actors: ['scheduler'] }], { env, ...options });
  onTestFinished(() => supervisor.stop());
  return supervisor;
}

const pidOf = (supervisor: Supervisor): number | null => supervisor.states()[0]?.pid ?? null;

test('a process that was held and never released is started again', async () => {
  const supervisor = superviseOne({ logDir: temporaryFolder(), longestHoldMs: 1_000 });
  const first = pidOf(supervisor);
  expect(await supervisor.hold('scheduler')).toBe('plan');
  expect(supervisor.states()).toMatchObject([{ state: 'stopped', pid: null }]);
  await expect.poll(() => pidOf(supervisor), { timeout: 10_000 }).not.toBeNull();
  expect(pidOf(supervisor)).not.toBe(first);
});

test('a process that is released before it has ended is started once', async () => {
  const supervisor = superviseOne({ logDir: temporaryFolder() });
  const first = pidOf(supervisor);
  const held = supervisor.hold('scheduler');
  supervisor.release('scheduler');
  await held;
  await expect.poll(() => pidOf(supervisor)).not.toBeNull();
  expect(pidOf(supervisor)).not.toBe(first);
  expect(supervisor.states()).toMatchObject([{ restarts: 0, state: 'starting' }]);
});

test('an actor that no process runs cannot be held', async () => {
  const supervisor = superviseOne({ logDir: temporaryFolder() });
  expect(await supervisor.hold('collect')).toBeUndefined();
});
