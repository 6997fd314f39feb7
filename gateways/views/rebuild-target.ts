import type { Runtime } from '../../streams/runtime.ts';
import type { Message } from '../../streams/stage.ts';
import type { TopicName } from '../../streams/topics.ts';

/** What a rebuild may use. */
export type RebuildRuntime = Pick<Runtime, 'config' | 'log' | 'kafka' | 'codec'>;

/**
 * A new generation of a view. `write` fills it while nobody reads it; after `activate` it is the live one, which `write`
 * then writes to beside the view's own process. Disposing removes whichever generation is no longer used.
 */
export interface RebuildTarget extends AsyncDisposable {
  /**
   * Repeats are harmless.
   *
   * @throws TransientError where the store is away; any other error is a fault of the messages
   */
  write(messages: readonly Message[]): Promise<void>;
  activate(): Promise<void>;
  /** Called when the new generation holds all that the topics do: ends cached copies of the old. */
  finish(): Promise<void>;
}

export interface RebuildProgress {
  readonly phase: 'filling' | 'settling';
  readonly topic: TopicName;
  /** Records read from this topic so far, of about `total`. */
  readonly read: number;
  readonly total: number;
}
