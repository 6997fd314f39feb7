import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trackChild } from './live-children.ts';
import { recordChild } from './orphans.ts';
import { lastLines } from './run.ts';
import { SetupError } from './setup-error.ts';

export interface ProcessOptions {
  readonly dataDir: string;
  /** Names its log and its record: one word. */
  readonly name: string;
  /** For error messages. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Asks it to end in an orderly way, fast. */
  readonly stopSignal: NodeJS.Signals;
  /** Whether it answers. Errors count as "not yet". */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
  readonly signal: AbortSignal;
  readonly uid?: number;
  readonly gid?: number;
}

export interface EngineProcess {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const stopWithinMs = 10_000;
const rotateLogAtBytes = 10_000_000;

/**
 * Starts a process in a group of its own (so that Ctrl-C reaches us alone and we decide the order of ending), its
 * output in `<dataDir>/logs/<name>.log`, and waits until it is ready.
 *
 * @throws SetupError with the last log lines where it ends before it is ready, or is not ready in time
 */
export async function startProcess(options: ProcessOptions): Promise<EngineProcess> {
  const { dataDir, name, command, args, cwd, uid, gid, signal } = options;
  signal.throwIfAborted();
  const logFile = join(dataDir, 'logs', `${name}.log`);
  const log = openLog(logFile);
  const logStart = statSync(logFile).size;
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    ...(uid === undefined ? {} : { uid, gid }),
  });
  closeSync(log);
  const untrack = trackChild(child);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run: ${error.message}`));
    child.once('exit', (code, killedBy) =>
      resolve(killedBy === null ? `ended with code ${code}` : `was ended by ${killedBy}`),
    );
  });
  const pid = child.pid;
  if (pid === undefined) {
    untrack();
    throw new SetupError(`${options.title} ${await exited}`);
  }
  // The data folder stands in every engine's command line: it proves that a process is this folder's.
  const forget = recordChild(dataDir, name, pid, dataDir);
  let hasExited = false;
  const gone = exited.then((how) => {
    hasExited = true;
    untrack();
    forget();
    return how;
  });

  const end = async (first: NodeJS.Signals): Promise<void> => {
    if (hasExited) return;
    signalGroup(pid, first);
    const ended = await Promise.race([gone, sleep(stopWithinMs, 'late', { ref: false })]);
    if (ended !== 'late') return;
    signalGroup(pid, 'SIGKILL');
    await gone;
  };
  const engine: EngineProcess = {
    pid,
    exited: gone,
    stop: () => end(options.stopSignal),
    kill: () => end('SIGKILL'),
  };

  try {
    await waitUntilReady(options, () => hasExited);
  } catch (error) {
    await engine.kill();
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const said = lastLines(readFileSync(logFile).subarray(logStart).toString('utf8'), 6);
    throw new SetupError(`${options.title} ${reason}; its log, ${logFile}, ends with:\n${said}`);
  }
  return engine;

  async function waitUntilReady({ isReady, readyWithinMs }: ProcessOptions, ended: () => boolean): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    for (;;) {
      if (ended()) throw new Error(await exited);
      signal.throwIfAborted();
      if (await isReady().catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(`was not ready within ${readyWithinMs / 1000} s`);
      await sleep(100, undefined, { signal });
    }
  }
}

/** Postgres forwards a shutdown to its children itself, and the group may be gone: both are fine. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
  } catch {
    // It has ended already.
  }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateLogAtBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}
