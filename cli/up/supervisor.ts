import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ParentMessage, ProcessMessage } from '../../streams/process-messages.ts';
import { FatalError } from '../../streams/errors.ts';
import { openProcessLog } from './process-log.ts';

export interface ProcessGroup {
  readonly name: string;
  readonly actors: readonly string[];
}

export interface ProcessState extends ProcessGroup {
  readonly pid: number | null;
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped';
  readonly restarts: number;
  readonly logFile: string;
  readonly addresses: Readonly<Record<string, string>>;
}

export interface Supervisor {
  /** Resolves once every process has said that it is ready. */
  readonly ready: Promise<void>;
  states(): readonly ProcessState[];
  /** The metrics of each running process, as prom-client's JSON. */
  metrics(): Promise<readonly (readonly object[])[]>;
  /**
   * Ends the process that runs an actor and leaves it ended until `release`, or for two minutes: who asked may have been
   * killed since.
   *
   * @returns its name, undefined where no process runs the actor
   */
  hold(actor: string): Promise<string | undefined>;
  release(actor: string): void;
  /** Ends every process: asks first, kills after 12 s. */
  stop(): Promise<void>;
}

const stopBoundMs = 12_000;
const firstRestartDelayMs = 500;
const longestRestartDelayMs = 30_000;
/** A process that ran this long before it ended begins again with the shortest delay. */
const settledAfterMs = 60_000;
const metricsBoundMs = 2_000;
const longestHoldMs = 120_000;

/**
 * Runs each group of actors in a process of its own and starts it again when it ends, with a growing delay. A process
 * that ends before it was ever ready, three times in a row, makes `ready` reject with what it said last.
 */
export function supervise(
  groups: readonly ProcessGroup[],
  options: {
    readonly logDir: string;
    readonly env: Readonly<Record<string, string>>;
    readonly longestHoldMs?: number;
  },
): Supervisor {
  mkdirSync(options.logDir, { recursive: true });
  const workers = groups.map((group) => new Worker(group, options));
  const runnerOf = (actor: string): Worker | undefined => workers.find((one) => one.state().actors.includes(actor));
  const holds = new Map<Worker, NodeJS.Timeout>();
  let isOver = false;
  const release = async (worker: Worker): Promise<void> => {
    clearTimeout(holds.get(worker));
    holds.delete(worker);
    // The process may still be on its way out.
    await worker.stop();
    if (!isOver) worker.startAgain();
  };
  return {
    ready: Promise.all(workers.map((worker) => worker.ready)).then(() => undefined),
    states: () => workers.map((worker) => worker.state()),
    metrics: async () => (await Promise.all(workers.map((worker) => worker.metrics()))).filter((one) => one !== null),
    hold: async (actor) => {
      const worker = runnerOf(actor);
      if (worker === undefined) return undefined;
      clearTimeout(holds.get(worker));
      holds.set(
        worker,
        setTimeout(() => void release(worker), options.longestHoldMs ?? longestHoldMs),
      );
      await worker.stop();
      return worker.state().name;
    },
    release: (actor) => {
      const worker = runnerOf(actor);
      if (worker !== undefined && holds.has(worker)) void release(worker);
    },
    stop: async () => {
      isOver = true;
      for (const timer of holds.values()) clearTimeout(timer);
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

class Worker {
  readonly ready: Promise<void>;
  private readonly group: ProcessGroup;
  private readonly options: { readonly logDir: string; readonly env: Readonly<Record<string, string>> };
  private child: ChildProcess | undefined;
  private phase: ProcessState['state'] = 'starting';
  private restarts = 0;
  private failuresInARow = 0;
  private addresses: Readonly<Record<string, string>> = {};
  private lastWords = '';
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private wasReady = false;
  private markReady: () => void = () => {};
  private markFailed: (error: Error) => void = () => {};

  constructor(
    group: ProcessGroup,
    options: { readonly logDir: string; readonly env: Readonly<Record<string, string>> },
  ) {
    this.group = group;
    this.options = options;
    this.ready = new Promise((resolve, reject) => {
      this.markReady = resolve;
      this.markFailed = reject;
    });
    // Whoever waits for `ready` hears of it; nobody waiting is no reason to end the supervisor.
    this.ready.catch(() => {});
    this.start();
  }

  state(): ProcessState {
    return {
      ...this.group,
      pid: this.child?.pid ?? null,
      state: this.phase,
      restarts: this.restarts,
      logFile: this.logFile(),
      addresses: this.addresses,
    };
  }

  async metrics(): Promise<readonly object[] | null> {
    const child = this.child;
    if (child === undefined || !child.connected || this.phase !== 'running') return null;
    return new Promise((resolve) => {
      const finish = (metrics: readonly object[] | null): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        resolve(metrics);
      };
      const timer = setTimeout(() => finish(null), metricsBoundMs);
      const onMessage = (message: ProcessMessage): void => {
        if (message.kind === 'metrics') finish(message.metrics);
      };
      child.on('message', onMessage);
      child.send({ kind: 'metrics' } satisfies ParentMessage);
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.child;
    this.phase = 'stopped';
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopBoundMs);
    await ended;
    clearTimeout(timer);
  }

  startAgain(): void {
    if (!this.stopping) return;
    this.stopping = false;
    this.phase = 'starting';
    this.start();
  }

  private logFile(): string {
    return join(this.options.logDir, `${this.group.name}.log`);
  }

  private start(): void {
    const startedAt = Date.now();
    const child = fork(new URL('../main.ts', import.meta.url), ['run', ...this.group.actors], {
      env: { ...this.options.env, MIMIR_PROCESS: this.group.name },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches us alone, and we end the processes before the engines.
      detached: true,
    });
    this.child = child;
    const log = openProcessLog(this.logFile());
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        this.lastWords = `${this.lastWords}${chunk.toString()}`.slice(-2000);
      });
    }
    child.on('message', (message: ProcessMessage) => {
      if (message.kind !== 'ready') return;
      this.phase = 'running';
      this.addresses = message.addresses;
      this.wasReady = true;
      this.markReady();
    });
    child.on('error', (error) => {
      this.lastWords += error.message;
    });
    // Behind `exit` there may be output to come.
    child.once('close', () => log.close());
    child.once('exit', () => {
      this.child = undefined;
      if (!this.stopping) this.restart(Date.now() - startedAt);
    });
  }

  private restart(ranForMs: number): void {
    this.failuresInARow = ranForMs > settledAfterMs ? 1 : this.failuresInARow + 1;
    if (!this.wasReady && this.failuresInARow >= 3) {
      this.phase = 'stopped';
      this.markFailed(
        new FatalError(
          `the process ${this.group.name} (${this.group.actors.join(', ')}) ended three times before it was ready. Its last words:\n${this.lastWords.trim()}\nAll of them are in ${this.logFile()}`,
        ),
      );
      return;
    }
    this.phase = 'restarting';
    this.restarts += 1;
    const delayMs = Math.min(longestRestartDelayMs, firstRestartDelayMs * 2 ** (this.failuresInARow - 1));
    this.timer = setTimeout(() => this.start(), delayMs);
  }
}
