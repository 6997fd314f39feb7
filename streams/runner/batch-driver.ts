import type { Handler, StageContext } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import type { Driver } from './driver.ts';
import type { Entry } from './partition-work.ts';
import type { Treatment } from './treatment.ts';
import type { Turns } from './turns.ts';
import type { UnderWay } from './under-way.ts';

type BatchHandler = Extract<Handler<TopicName, TopicName>, { kind: 'batch' }>;

/** Batches whose outputs may be on their way while the handler has the next. */
const maxUnderWay = 4;

interface BatchParts {
  readonly handler: BatchHandler;
  readonly treatment: Treatment;
  readonly underWay: UnderWay;
  readonly turns: Turns;
}

/** One call of the handler at a time, with all that is ready. */
export class BatchDriver implements Driver {
  readonly #parts: BatchParts;
  #context: StageContext | undefined;
  #isRunning = false;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  begin(context: StageContext): void {
    this.#context = context;
  }

  admit(entry: Entry): void {
    entry.work.ready.push(entry);
  }

  forget(): void {
    // What is ready is the partition's, and goes with it.
  }

  start(): void {
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { maxBatch } = this.#parts.handler;
    this.#isRunning = true;
    // What arrives in the same turn of the event loop makes one batch.
    await new Promise((resolve) => setImmediate(resolve));
    const underWay: Promise<void>[] = [];
    for (let entries = this.#next(maxBatch); entries.length > 0; entries = this.#next(maxBatch)) {
      const answered = Promise.withResolvers<void>();
      underWay.push(this.#treat(entries, answered.resolve));
      await answered.promise;
      if (underWay.length >= maxUnderWay) await underWay.shift();
    }
    this.#isRunning = false;
  }

  /** Resolves once all is done; calls back when the handler has answered. */
  #treat(entries: readonly Entry[], onAnswered: () => void): Promise<void> {
    const { handler, treatment, underWay } = this.#parts;
    const context = this.#context as StageContext;
    return underWay.run(entries, async () => {
      const answer = await treatment
        .answer(entries, context, (messages) => handler.process(messages, context))
        .finally(onAnswered);
      await treatment.bringAbout(answer, context);
    });
  }

  #next(size: number): readonly Entry[] {
    const { turns } = this.#parts;
    let entries: Entry[] = [];
    for (let work = turns.next(); work !== undefined && entries.length < size; work = turns.next()) {
      const taken = work.ready.splice(0, size - entries.length);
      entries = entries.length === 0 ? taken : [...entries, ...taken];
    }
    return entries;
  }
}
