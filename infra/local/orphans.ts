import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, identify, isRunning, type ProcessIdentity } from './process-identity.ts';

interface RunRecord extends ProcessIdentity {
  readonly name: string;
  /** Part of the command line, checked beside the start time before the process is ended. */
  readonly proof: string;
}

/**
 * Notes a child in `<dataDir>/run`, so that the next start can end it should this process be killed.
 *
 * @param proof part of its command line that no foreign process would have, such as the data folder
 * @returns takes the note away again
 */
export function recordChild(dataDir: string, name: string, pid: number, proof: string): () => void {
  const identity = identify(pid);
  if (identity === undefined) return () => undefined;
  const file = join(runDir(dataDir), `${name}.json`);
  mkdirSync(runDir(dataDir), { recursive: true });
  writeFileSync(file, JSON.stringify({ name, proof, ...identity } satisfies RunRecord));
  return () => rmSync(file, { force: true });
}

/**
 * Ends what an earlier run on this data folder left behind: exactly the recorded processes, known by start time and
 * command line, and nothing else. Call it while holding the folder's lock.
 *
 * @returns names of what was ended
 */
export async function endOrphans(dataDir: string): Promise<string[]> {
  const ended: string[] = [];
  for (const { file, record } of readRecords(dataDir)) {
    if (record !== undefined && isRunning(record) && commandOf(record.pid).includes(record.proof)) {
      await end(record);
      ended.push(record.name);
    }
    rmSync(file, { force: true });
  }
  return ended;
}

/** Engines survive SIGKILL by design, so an orphan gets little time to end by itself. */
async function end(identity: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(identity.pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < 3000 && isRunning(identity); waited += 50) await sleep(50);
    if (!isRunning(identity)) return;
  }
}

function readRecords(dataDir: string): { readonly file: string; readonly record: RunRecord | undefined }[] {
  let names: string[];
  try {
    names = readdirSync(runDir(dataDir)).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.map((name) => {
    const file = join(runDir(dataDir), name);
    return { file, record: parseRecord(readFileSync(file, 'utf8')) };
  });
}

/** A record that was cut off by a crash proves nothing about any process. */
function parseRecord(text: string): RunRecord | undefined {
  try {
    const { name, proof, pid, started } = JSON.parse(text) as Partial<RunRecord>;
    if (typeof name !== 'string' || typeof proof !== 'string' || proof === '') return undefined;
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return { name, proof, pid, started };
  } catch {
    return undefined;
  }
}

function runDir(dataDir: string): string {
  return join(dataDir, 'run');
}
