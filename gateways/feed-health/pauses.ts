const firstSeconds = 60;
const dayMs = 24 * 3_600_000;
/** So often in a row a feed is tried before it counts as failing; from then on one attempt after each pause. */
export const triesBeforeFailing = 3;

/**
 * How long to wait after so many failures in a row: 60 s · 2^n, a day at most. The third failure opens the feed's
 * breaker, which changes the word for it and not the row of pauses: they grow on.
 *
 * @param failures 1 for the first
 * @returns milliseconds
 */
export function pauseMs(failures: number): number {
  return Math.min(dayMs, firstSeconds * 1000 * 2 ** Math.min(failures - 1, 30));
}

/** What a server may ask us to wait, in milliseconds: a time in the past is now, years are a day. */
export function retryAfterMs(seconds: number): number {
  return Math.min(Math.max(0, seconds * 1000), dayMs);
}
