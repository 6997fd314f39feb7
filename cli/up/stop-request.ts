/** Somebody wants this process to end: Ctrl-C, a SIGTERM, or something that it cannot live without has ended. */
export interface StopRequest {
  /** Aborted with the first request. */
  readonly signal: AbortSignal;
  readonly requested: Promise<void>;
  /** Asks for the stop because of a failure. */
  fail(): void;
  exitCode(): number;
}

/** A second Ctrl-C, for who cannot wait, ends the process at once; its children are then ended by its exit handlers. */
export function stopRequest(): StopRequest {
  const controller = new AbortController();
  let code = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Error('stopped'));
    });
  }
  return {
    signal: controller.signal,
    requested: new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve(), { once: true })),
    fail: () => {
      code = 1;
      controller.abort(new Error('stopped'));
    },
    exitCode: () => code,
  };
}
