import type { KafkaConsumer } from '../kafka/port.ts';
import type { Settings } from './limits.ts';
import type { PartitionWork } from './partition-work.ts';

export type Flow = Pick<KafkaConsumer, 'pause' | 'resume'>;

/** Holds fetching back where a partition holds too much, waits, or nothing may start. */
export class Backpressure {
  readonly #settings: Pick<Settings, 'maxHeldRecords' | 'maxHeldBytes'>;
  #flow: Flow | undefined;
  #records = 1;
  #bytes = 1;

  constructor(settings: Pick<Settings, 'maxHeldRecords' | 'maxHeldBytes'>) {
    this.#settings = settings;
  }

  /** @param partitions how many share what may be held */
  begin(partitions: number, flow: Flow | undefined): void {
    const share = Math.max(1, partitions);
    this.#flow = flow;
    this.#records = Math.max(1, Math.floor(this.#settings.maxHeldRecords / share));
    this.#bytes = Math.max(1, Math.floor(this.#settings.maxHeldBytes / share));
  }

  adjust(work: PartitionWork, accepts: boolean): void {
    if (work.signal.aborted) return;
    // Paused until half of it is done, so that it does not pause and resume with every record.
    const part = work.isPaused ? 0.5 : 1;
    const isFull =
      work.heldRecords >= Math.max(1, this.#records * part) ||
      work.heldBytes >= this.#bytes * part ||
      work.window >= this.#records * 10 * part;
    const shouldPause = isFull || work.waiting > 0 || !accepts;
    if (shouldPause === work.isPaused) return;
    work.isPaused = shouldPause;
    if (shouldPause) this.#flow?.pause([work]);
    else this.#flow?.resume([work]);
  }

  pauseAll(works: readonly PartitionWork[]): void {
    for (const work of works) work.isPaused = true;
    this.#flow?.pause(works);
  }
}
