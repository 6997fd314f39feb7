import { Invalid } from '../faults.ts';
import type { SeriesWindow } from './input.ts';

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const windowMs: Readonly<Record<SeriesWindow, number>> = { minute: minuteMs, hour: hourMs, day: dayMs };
const usualMs: Readonly<Record<SeriesWindow, number>> = { minute: hourMs, hour: 2 * dayMs, day: 30 * dayMs };
const longestMs: Readonly<Record<SeriesWindow, number>> = { minute: 6 * hourMs, hour: 92 * dayMs, day: 800 * dayMs };

/**
 * The asked span on the borders of windows: minutes and hours. Where days begin, the zone says: the database cuts them.
 *
 * @throws Invalid where it ends before it begins, or is too long for the window
 */
export function spanOf(
  { window, from, to }: { window: SeriesWindow; from?: string | undefined; to?: string | undefined },
  nowMs: number,
  limits: { readonly usualMs?: number; readonly longestMs?: number } = {},
): Span {
  const step = Math.min(windowMs[window], hourMs);
  const end = Math.ceil((to === undefined ? nowMs : Date.parse(to)) / step) * step;
  const begin =
    from === undefined ? end - (limits.usualMs ?? usualMs[window]) : Math.floor(Date.parse(from) / step) * step;
  const longest = limits.longestMs ?? longestMs[window];
  if (begin < end && end - begin <= longest) return { from: new Date(begin), to: new Date(end) };
  throw new Invalid({
    field: 'from',
    code: 'invalid_span',
    detail: `should be before to, and ${Math.round(longest / hourMs)} hours before it at most where the window is ${window}`,
  });
}
