import { parentPort, workerData } from 'node:worker_threads';
import { DimensionsError, EmbeddedStore } from './embedded-store.ts';

/** The methods that may be called from outside. */
export type StoreMethod = Exclude<keyof EmbeddedStore, 'close'>;

export interface StoreCall {
  readonly id: number;
  readonly method: StoreMethod;
  readonly values: readonly unknown[];
}

export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly kind: 'transient' | 'fatal' | 'other';
      readonly message: string;
    };

/** SQLite's primary result codes that time may heal: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const passing = new Set([5, 6, 8, 10, 13, 14]);

function kindOf(error: unknown): 'transient' | 'fatal' | 'other' {
  if (error instanceof DimensionsError) return 'fatal';
  if (!(error instanceof Error) || !('errcode' in error)) return 'other';
  return typeof error.errcode === 'number' && passing.has(error.errcode & 0xff) ? 'transient' : 'other';
}

let store: EmbeddedStore | undefined;

function answer({ id, method, values }: StoreCall): StoreReply {
  try {
    // Opened by the first call, and again by the next where it failed: a disk that is full now may not be so later.
    store ??= new EmbeddedStore((workerData as { readonly file: string }).file);
    const call = store[method] as (...given: readonly unknown[]) => unknown;
    return { id, ok: true, result: call.apply(store, [...values]) };
  } catch (error) {
    return { id, ok: false, kind: kindOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (message: StoreCall | 'close') => {
  if (message === 'close') {
    store?.close();
    parentPort?.close();
  } else {
    parentPort?.postMessage(answer(message));
  }
});
