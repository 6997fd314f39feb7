import type { Runtime } from '../../streams/runtime.ts';
import type { Message } from '../../streams/stage.ts';
import type { TopicName } from '../../streams/topics.ts';
import type { Positions } from './postgres/positions.ts';

/** What a rebuild may use. */
export type RebuildRuntime = Pick<Runtime, 'config' | 'log' | 'kafka' | 'codec'>;

/**
 * A new generation of a view. `write` fills it while nobody reads it; `activate` makes it the live one. Disposing
 * removes whichever generation is no longer used.
 */
export interface RebuildTarget extends AsyncDisposable {
  /**
   * How far the topics may be read: where the live view stands. Asked at the beginning of each pass; without it, a pass
   * reads to the end.
   */
  readonly until?: () => Promise<Positions>;
  /**
   * Repeats are harmless.
   *
   * @throws TransientError where the store is away; any other error is a fault of the messages
   */
  write(messages: readonly Message[]): Promise<void>;
  /**
   * Puts the new generation in the place of the old one, so that no reader sees an article vanish or go back. The live
   * view's writes wait meanwhile.
   *
   * @param catchUp reads and writes what is still missing; called while the live view waits
   * @param onWait called while what the live view has under way is waited for
   */
  activate(catchUp: () => Promise<void>, onWait: () => void): Promise<void>;
}

export interface RebuildProgress {
  readonly phase: 'filling' | 'catching-up' | 'waiting';
  /** Null while the live view is waited for. */
  readonly topic: TopicName | null;
  /** Records read from this topic so far, of about `total`. */
  readonly read: number;
  readonly total: number;
}
