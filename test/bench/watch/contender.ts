import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { trackChild } from '../../../infra/local/live-children.ts';

/** A program that has the searches and the articles in its memory, and answers a line with a line of JSON. */
export interface RunningMatcher extends AsyncDisposable {
  /** What it said first. */
  readonly loaded: { readonly searches: number; readonly nanos: number };
  match(): Promise<MatchRound>;
  /** The same, and writes "article TAB search" a line for each match. */
  dump(file: string): Promise<MatchRound>;
  /** Gives it searches anew that it has, one at a time. In nanoseconds. */
  change(count: number): Promise<{ readonly p50: number; readonly p95: number }>;
  /** Its heap after a collection. */
  memory(): Promise<{ readonly bytes: number }>;
}

export interface MatchRound {
  readonly articles: number;
  readonly nanos: number;
  readonly matches: number;
  /** Searches that were looked at in full. */
  readonly candidates: number;
}

/** @throws Error where the program ends before it is told to */
export async function startMatcher(name: string, command: string, args: readonly string[]): Promise<RunningMatcher> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const untrack = trackChild(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve(untrack())));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${name} ended`);
    return JSON.parse(line.value) as T;
  };
  const ask = async <T>(line: string): Promise<T> => {
    child.stdin.write(`${line}\n`);
    return answer<T>();
  };
  return {
    loaded: await answer(),
    match: () => ask('match'),
    dump: (file) => ask(`dump ${file}`),
    change: (count) => ask(`change ${count}`),
    memory: () => ask('memory'),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
