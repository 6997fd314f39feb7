import type { Logger } from 'pino';
import { TransientError } from '../errors.ts';
import type { Kafka, KafkaAdmin } from '../kafka/port.ts';
import type { StageTally } from '../metrics.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Settings } from './limits.ts';

interface WatchParts {
  readonly kafka: Kafka;
  readonly settings: Settings;
  readonly dispatcher: Dispatcher;
  readonly tally: StageTally;
  readonly log: Logger;
}

/**
 * Measures lag, and notices a consumer that holds partitions and has stopped: liveness is progress, not a heartbeat
 * (kafkajs issues 659, 1445).
 */
export class Watch implements AsyncDisposable {
  readonly #parts: WatchParts;
  #admin: KafkaAdmin | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Resolves with the reason once there is work and has been no progress for too long. */
  async untilStalled(signal: AbortSignal, lastFetchAtMs: () => number): Promise<Error | undefined> {
    const { settings, dispatcher } = this.#parts;
    while (!signal.aborted) {
      await settings.clock.sleep(settings.lagIntervalMs, signal).catch(() => undefined);
      if (signal.aborted) return undefined;
      const fetchable = await this.#measureLag().catch((error: unknown) => this.#away(error));
      const { active, busy, sleeping, lastProgressMs } = dispatcher.activity;
      const now = settings.clock.now();
      if (now - lastProgressMs < settings.stallMs) continue;
      // Who sleeps knows when it goes on, for example once a site may be asked again.
      if (busy > sleeping) return new Error(`nothing was completed for ${settings.stallMs} ms`);
      // Lag 1 may be a control record, which nobody ever gets, so it counts only where fetching has stopped too.
      const hasStoppedFetching = now - lastFetchAtMs() >= settings.stallMs;
      if (active === 0 && (fetchable > 1n || (fetchable > 0n && hasStoppedFetching))) {
        return new Error(`${fetchable} records wait and none came for ${settings.stallMs} ms`);
      }
    }
    return undefined;
  }

  /** @returns how many records could have been delivered and were not, on partitions that are not paused */
  async #measureLag(): Promise<bigint> {
    const { kafka, dispatcher, tally, settings } = this.#parts;
    this.#admin ??= await kafka.admin();
    const { partitions } = dispatcher;
    let fetchable = 0n;
    tally.clearLag();
    for (const [topic, works] of Map.groupBy(partitions, (work) => work.topic)) {
      const marks = await this.#admin.watermarks(topic);
      const committed = await this.#admin.committed(settings.groupId, [topic]);
      for (const work of works) {
        const mark = marks.find(({ partition }) => partition === work.partition);
        if (mark === undefined || work.signal.aborted) continue;
        const standing = committed.find(({ partition }) => partition === work.partition)?.offset;
        const begin = standing ?? (settings.from === 'earliest' ? mark.low : mark.high);
        tally.lag(topic, work.partition, Number(mark.high - (work.position ?? begin)));
        if (!work.isPaused) fetchable += mark.high - (work.delivered ?? begin);
      }
    }
    return fetchable;
  }

  /** Without an answer nobody can say whether there is work; a restart would not help either. */
  #away(error: unknown): bigint {
    if (!(error instanceof TransientError)) this.#parts.log.warn({ err: error }, 'lag could not be measured');
    const admin = this.#admin;
    this.#admin = undefined;
    void admin?.[Symbol.asyncDispose]();
    return 0n;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin?.[Symbol.asyncDispose]();
  }
}
