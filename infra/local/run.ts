import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { SetupError } from './setup-error.ts';
import { trackChild } from './live-children.ts';

/** A command that did not end well, with what it said last. */
export class CommandError extends SetupError {
  override name = 'CommandError';
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/**
 * Runs a command to its end. It gets a process group of its own, so that an abort ends its children too.
 *
 * @returns what it wrote, both streams
 * @throws CommandError on any exit code but 0, also where the command does not exist (output is then empty)
 */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly cwd?: string; readonly uid?: number; readonly gid?: number },
): Promise<string> {
  const { signal, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const untrack = trackChild(child);
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const abort = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      untrack();
      signal.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      settle();
      reject(new CommandError(`${command} could not be run: ${error.message}`, ''));
    });
    child.on('close', (code, killedBy) => {
      settle();
      if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      else if (code === 0) resolve(output);
      else reject(new CommandError(`${command} ended with ${code ?? killedBy}: ${lastLines(output, 3)}`, output));
    });
  });
}

/** The last lines that say something, without colours and blank lines. */
export function lastLines(text: string, count: number): string {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
