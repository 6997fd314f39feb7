import { backoffMs, reasonOf, settlesWithin } from '../clock.ts';
import { FatalError, TransientError } from '../errors.ts';
import type { KafkaProducer } from '../kafka/port.ts';
import { stageTally } from '../metrics.ts';
import type { Runtime } from '../runtime.ts';
import { consumedTopics, type Stage, type StageDefinition } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import { Away } from './away.ts';
import { Dispatcher } from './dispatcher.ts';
import { settingsOf, type RunOptions } from './limits.ts';
import type { RunningStage, StageHealth } from './running-stage.ts';
import { SendQueue } from './send-queue.ts';
import { Session } from './session.ts';
import { Watch } from './watch.ts';

/** Shares of the 10 s that a stop may take, in milliseconds. */
const stopShares = { drain: 4_500, abort: 500, commit: 1_000, kafka: 2_500, close: 1_000 };
/** So many stalls in a row without a message done in between mean that beginning anew does not help. */
const maxStalls = 3;

/** Begins at once; `ready` tells when it has joined. */
export function startStage<In extends TopicName, Out extends TopicName>(
  definition: StageDefinition<In, Out>,
  runtime: Runtime,
  options: RunOptions = {},
): RunningStage {
  const { name: stage } = definition;
  const settings = settingsOf(stage, options);
  const { clock } = settings;
  const log = runtime.log.child({ stage });
  const tally = stageTally(runtime.metrics, stage);
  const away = new Away(log, clock);
  const stopping = new AbortController();
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  ready.promise.catch(() => undefined);
  failed.promise.catch(() => undefined);
  let fault: Error | undefined;
  let opened: Stage<In, Out> | undefined;
  let producer: KafkaProducer | undefined;
  let dispatcher: Dispatcher | undefined;
  let session: Session | undefined;
  let stopped: Promise<void> | undefined;
  let stallsInARow = 0;

  /** Waits for as long as something is away. */
  async function patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      if (stopping.signal.aborted) throw reasonOf(stopping.signal);
      try {
        const result = await act();
        away.note(undefined);
        return result;
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        away.note(error);
        await clock.sleep(
          backoffMs(attempt, settings.transientBackoffMs, settings.transientBackoffMaxMs),
          stopping.signal,
        );
      }
    }
  }

  async function open(): Promise<Dispatcher> {
    opened = await patiently(() => definition.open(runtime));
    producer = await patiently(() => runtime.kafka.producer());
    return new Dispatcher({
      stage,
      revision: definition.revision ?? 1,
      inputs: definition.inputs,
      putsOff: definition.putsOff === true,
      handler: opened.handler as never,
      kafka: runtime.kafka,
      codec: runtime.codec,
      queue: new SendQueue({ producer, settings, onTransient: away.note }),
      settings,
      tally,
      log,
      onTransient: away.note,
      onFatal: fail,
      onDone: () => session?.scheduleCommit(),
    });
  }

  async function consume(work: Dispatcher): Promise<void> {
    await using watch = new Watch({ kafka: runtime.kafka, settings, dispatcher: work, tally, log });
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      if (attempt > 0) {
        const waitMs = backoffMs(attempt, settings.transientBackoffMs, settings.transientBackoffMaxMs);
        await clock.sleep(waitMs, stopping.signal).catch(() => undefined);
      }
      const completedBefore = work.activity.completed;
      const reason = await consumeOnce(work, watch).catch((error: unknown) => error as Error);
      if (stopping.signal.aborted || reason === undefined) return;
      if (reason instanceof FatalError) throw reason;
      if (work.activity.completed > completedBefore) attempt = 0;
      if (reason instanceof TransientError) away.note(reason);
      else log.warn({ err: reason }, 'the consumer is begun anew');
    }
  }

  /** @returns why the consumer ended, undefined where the stage stops */
  async function consumeOnce(work: Dispatcher, watch: Watch): Promise<Error | undefined> {
    const parts = { stage, kafka: runtime.kafka, topics: consumedTopics(definition), settings, dispatcher: work, log };
    const current = await Session.open(parts);
    if (stopping.signal.aborted) {
      await current[Symbol.asyncDispose]();
      return undefined;
    }
    session = current;
    const over = new AbortController();
    const told = new Promise<undefined>((resolve) => {
      if (stopping.signal.aborted) resolve(undefined);
      stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: over.signal });
    });
    try {
      await Promise.race([current.run(), told, current.ended]);
      if (!stopping.signal.aborted) {
        away.note(undefined);
        ready.resolve();
      }
      const stalled = watch.untilStalled(over.signal, () => current.lastFetchAtMs).then(noteStall);
      const reason = await Promise.race([told, current.ended, stalled]);
      if (reason !== undefined && !(reason instanceof FatalError))
        tally.restarted(reason.name === 'Stalled' ? 'stalled' : 'failed');
      return reason;
    } finally {
      over.abort();
      // A stop still has to commit: it ends the session itself.
      if (!stopping.signal.aborted) {
        work.assign([], undefined);
        session = undefined;
        await settlesWithin(clock, stopShares.kafka, current[Symbol.asyncDispose]());
      }
    }
  }

  let completedAtStall = -1;
  function noteStall(reason: Error | undefined): Error | Promise<never> {
    // Not stalled but over: whoever ended the watch has the reason.
    if (reason === undefined) return new Promise<never>(() => undefined);
    const completed = dispatcher?.activity.completed ?? 0;
    stallsInARow = completed === completedAtStall ? stallsInARow + 1 : 1;
    completedAtStall = completed;
    if (stallsInARow >= maxStalls) return new FatalError(`stalled ${stallsInARow} times: ${reason.message}`);
    return Object.assign(reason, { name: 'Stalled' });
  }

  function fail(error: Error): void {
    if (fault !== undefined || stopping.signal.aborted) return;
    fault = error;
    log.fatal({ err: error }, 'the stage has stopped');
    ready.reject(error);
    failed.reject(error);
    void stop();
  }

  function health(): StageHealth {
    if (fault !== undefined) return { status: 'unhealthy', detail: fault.message };
    if (stopping.signal.aborted) return { status: 'degraded', detail: 'stopping' };
    const detail = away.message ?? (session === undefined ? 'joining' : opened?.degraded?.());
    return detail === undefined ? { status: 'healthy' } : { status: 'degraded', detail };
  }

  async function end(): Promise<void> {
    stopping.abort(new Error('the stage is stopping'));
    dispatcher?.hold();
    if (dispatcher !== undefined) {
      await settlesWithin(clock, fault === undefined ? stopShares.drain : stopShares.abort, dispatcher.idle());
      if (session !== undefined) await settlesWithin(clock, stopShares.commit, session.commit());
      dispatcher.abort(new Error('the stage is stopping'));
      await settlesWithin(clock, stopShares.abort, dispatcher.ended());
    }
    const connections = [session, producer].map((connection) => connection?.[Symbol.asyncDispose]());
    await settlesWithin(clock, stopShares.kafka, Promise.all([...connections, main]));
    const closed = opened?.close?.();
    if (closed !== undefined) await settlesWithin(clock, stopShares.close, closed);
    ready.reject(new Error('the stage was stopped'));
    log.info('the stage is stopped');
  }

  function stop(): Promise<void> {
    stopped ??= end();
    return stopped;
  }

  const main = (async () => {
    dispatcher = await open();
    await consume(dispatcher);
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) fail(error as Error);
  });

  return {
    name: stage,
    ready: ready.promise,
    failed: failed.promise,
    health,
    activity: () => dispatcher?.activity ?? { active: 0, busy: 0, sleeping: 0, held: 0, completed: 0 },
    stop,
  };
}
