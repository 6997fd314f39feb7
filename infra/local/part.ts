import type { Engine, PartName } from './engine.ts';
import type { EngineProcess } from './engine-process.ts';
import { inStep, silentProgress, type Progress } from './progress.ts';

/** Control of one engine's process while the others go on. What it ends is not told as an unexpected end. */
export interface EnginePart {
  readonly name: PartName;
  /** undefined while it does not run. */
  pid(): number | undefined;
  /** SIGKILL, at once: also of a start or an orderly stop under way. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Orderly within 10 s, by force after. Also ends a start under way. */
  stop(): Promise<void>;
  /**
   * With the same port and the same data; does nothing where it runs. Of several brokers more than half must run
   * before any of them answers: start those side by side.
   *
   * @throws SetupError with its last log lines where it does not answer; an Error where it is told to end meanwhile
   *   or all engines have been stopped
   */
  start(): Promise<void>;
}

export class Part implements EnginePart {
  readonly name: PartName;
  private readonly engine: Engine;
  private readonly over: AbortSignal;
  private readonly onUnexpectedExit: (how: string, part: EnginePart) => void;
  private live: { readonly process: EngineProcess; isWanted: boolean } | undefined;
  private starting: AbortController | undefined;
  /** One thing after the other. Never rejects. */
  private lastTurn: Promise<unknown> = Promise.resolve();

  /** @param over ends a start under way, and lets none begin again */
  constructor(engine: Engine, over: AbortSignal, onUnexpectedExit: (how: string, part: EnginePart) => void) {
    this.name = engine.name;
    this.engine = engine;
    this.over = over;
    this.onUnexpectedExit = onUnexpectedExit;
  }

  pid(): number | undefined {
    return this.live?.process.pid;
  }

  start(progress: Progress = silentProgress): Promise<void> {
    return this.inTurn(async () => {
      this.over.throwIfAborted();
      if (this.live !== undefined) return;
      const starting = new AbortController();
      this.starting = starting;
      try {
        const signal = AbortSignal.any([this.over, starting.signal]);
        const { engine } = this;
        void this.watch(await inStep(progress, `start ${engine.title}`, (step) => engine.start(step, signal)));
      } finally {
        this.starting = undefined;
      }
    });
  }

  stop(): Promise<void> {
    return this.end('stop');
  }

  kill(): Promise<void> {
    return this.end('kill');
  }

  private end(how: 'stop' | 'kill'): Promise<void> {
    this.starting?.abort(new Error(`${this.engine.title} was told to end while it started`));
    const end = async (): Promise<void> => {
      if (this.live === undefined) return;
      this.live.isWanted = false;
      await this.live.process[how]();
    };
    // An orderly stop under way has 10 s, which a kill does not wait for.
    if (how === 'kill') void end();
    return this.inTurn(end);
  }

  private async watch(process: EngineProcess): Promise<void> {
    const live = { process, isWanted: true };
    this.live = live;
    const how = await process.exited;
    if (this.live === live) this.live = undefined;
    if (live.isWanted && !this.over.aborted) this.onUnexpectedExit(how, this);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }
}
