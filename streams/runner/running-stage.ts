/** How a stage is, for /health and for people. */
export interface StageHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly detail?: string;
}

export interface StageActivity {
  /** Messages or batches in the handler, or waiting for something that is away. */
  readonly active: number;
  /** Of these, in the handler or being written. */
  readonly busy: number;
  /** Handlers in `context.sleep`. */
  readonly sleeping: number;
  /** Records fetched and not yet done. */
  readonly held: number;
  readonly completed: number;
}

export interface RunningStage {
  readonly name: string;
  /** Resolves once it has its first partitions, or the knowledge that it has none; rejects when it fails before. */
  readonly ready: Promise<void>;
  /** Rejects when the stage has stopped by a fatal error; never resolves. */
  readonly failed: Promise<never>;
  health(): StageHealth;
  activity(): StageActivity;
  /** Ends within 10 s: what is under way is finished or left for the next start, what is done is committed. */
  stop(): Promise<void>;
}
