import { spawn } from 'node:child_process';
import { views } from '../../../gateways/views/views.ts';
import type { Chaos } from '../chaos.ts';
import { pointsInRebuilds } from './kills.ts';

/** `mimir view rebuild` under load: killed at each of its points so often, and then let through. */
export async function rebuildViews(chaos: Chaos, timesEach: number): Promise<void> {
  let turn = 0;
  for (let time = 0; time < timesEach; time += 1) {
    for (const point of pointsInRebuilds) {
      if (chaos.signal.aborted) return;
      const view = views[turn % views.length]?.name ?? '';
      turn += 1;
      const signal = await rebuild(chaos, view, point);
      if (signal === 'SIGKILL') chaos.tally.count(chaos.tally.failPoints, point);
      else chaos.tally.count(chaos.tally.unreached, point);
    }
  }
  for (const { name } of views) {
    if (chaos.signal.aborted) return;
    await rebuild(chaos, name, undefined);
    chaos.tally.rebuilds += 1;
  }
}

async function rebuild(chaos: Chaos, view: string, failAt: string | undefined): Promise<string | null> {
  chaos.tally.note('rebuild', { view, failAt });
  const child = spawn(process.execPath, ['cli/main.ts', 'view', 'rebuild', view, '--json'], {
    env: { ...chaos.world.env, ...(failAt === undefined ? {} : { MIMIR_FAIL_AT: failAt }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-500);
  });
  const end = (): void => void child.kill('SIGTERM');
  chaos.signal.addEventListener('abort', end, { once: true });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...ended) => resolve(ended)),
  );
  chaos.signal.removeEventListener('abort', end);
  chaos.tally.note('rebuild ended', { view, failAt, code, signal });
  if (failAt === undefined && code !== 0) chaos.tally.unexpectedEnds.push(`view rebuild ${view}: ${code} ${said}`);
  return signal;
}
