import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessMessage } from '../../streams/process-messages.ts';

/** How a process is to be started. */
export interface Start {
  /** As MIMIR_FAIL_AT. */
  readonly failAt?: string | undefined;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The signal was ours. */
  readonly wasKilled: boolean;
  readonly failAt: string | undefined;
  readonly wasReady: boolean;
}

export interface SlotOptions {
  readonly name: string;
  readonly actors: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logDir: string;
  /** Stands before the script: `--import` of a faulty build. */
  readonly execArgv?: readonly string[];
}

/** A place where one process of the product runs, and runs again when it has ended. */
export class Slot {
  readonly name: string;
  readonly actors: readonly string[];
  readonly #options: SlotOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #failAt: string | undefined;
  #wasReady = false;
  #wasKilled = false;
  #isOver = false;
  #isStopped = false;
  #next: Start = {};
  #starts = 0;
  readonly #onEnd: (slot: Slot, ended: Ended) => void;

  constructor(options: SlotOptions, onEnd: (slot: Slot, ended: Ended) => void) {
    this.name = options.name;
    this.actors = options.actors;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#log = createWriteStream(join(options.logDir, `service-${options.name}.log`), { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isReady(): boolean {
    return this.#wasReady && this.#child !== undefined && !this.#isStopped;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  get starts(): number {
    return this.#starts;
  }

  /** What the next start is to be like; it is used once. */
  plan(start: Start): void {
    this.#next = start;
  }

  start(): void {
    const { actors, execArgv = [] } = this.#options;
    const { failAt } = this.#next;
    this.#next = {};
    this.#failAt = failAt;
    this.#wasReady = false;
    this.#wasKilled = false;
    this.#starts += 1;
    this.#log.write(`--- start ${this.#starts}${failAt === undefined ? '' : ` failing at ${failAt}`}\n`);
    const child = spawn(process.execPath, [...execArgv, 'cli/main.ts', 'run', ...actors], {
      env: {
        ...this.#options.env,
        MIMIR_PROCESS: this.name,
        ...(failAt === undefined ? {} : { MIMIR_FAIL_AT: failAt }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.pipe(this.#log, { end: false });
    child.on('message', (message: ProcessMessage) => {
      if (message.kind === 'ready') this.#wasReady = true;
    });
    child.on('error', (error) => appendFileSync(join(this.#options.logDir, 'run-errors.log'), `${error.message}\n`));
    child.once('exit', (code, signal) => {
      const ended = { code, signal, wasKilled: this.#wasKilled, failAt: this.#failAt, wasReady: this.#wasReady };
      this.#child = undefined;
      this.#isStopped = false;
      this.#onEnd(this, ended);
      // Soon, but not in a circle: something may make it end at once.
      if (!this.#isOver) setTimeout(() => this.#isOver || this.start(), 300);
    });
  }

  /** SIGKILL. @returns false where nothing ran */
  kill(): boolean {
    const child = this.#child;
    if (child === undefined) return false;
    this.#wasKilled = true;
    return child.kill('SIGKILL');
  }

  /** SIGSTOP: it stands still, and does not know. */
  halt(): boolean {
    if (this.#child === undefined || this.#isStopped) return false;
    this.#isStopped = this.#child.kill('SIGSTOP');
    return this.#isStopped;
  }

  goOn(): boolean {
    if (this.#child === undefined || !this.#isStopped) return false;
    this.#isStopped = false;
    return this.#child.kill('SIGCONT');
  }

  /** For good: in an orderly way within `boundMs`, by force after. @returns false where force was needed */
  async stop(boundMs = 12_000): Promise<boolean> {
    this.#isOver = true;
    this.goOn();
    const child = this.#child;
    if (child === undefined) return true;
    const exited = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    child.kill('SIGTERM');
    const inTime = await Promise.race([exited, sleep(boundMs, false, { ref: false })]);
    if (!inTime) {
      child.kill('SIGKILL');
      await exited;
    }
    return inTime;
  }
}
