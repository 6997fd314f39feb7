import { count, counted, Times } from '../html/format.ts';
import { markup, type Markup, nothing } from '../html/markup.ts';
import type { ExpectedStep, Report } from '../report.ts';
import { scaleTo } from './axis.ts';

const size = { width: 480, height: 220, left: 40, right: 6, top: 24, bottom: 32 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
const barShare = 0.62;

interface Place {
  readonly time: string;
  readonly count: number | null;
  readonly expected: Omit<ExpectedStep, 'time'> | null;
}

/**
 * Articles by the step as bars; before them what had been expected, and after them what is: a hatched band for the
 * interval and a dashed line for the mean. Bars, hatching and dashes tell what is what without colours.
 */
export function volumeChart({ volume, period }: Pick<Report, 'volume' | 'period'>): Markup {
  const times = new Times(period.time_zone);
  const past = volume.steps.map(({ time, count: articles, expected }): Place => ({ time, count: articles, expected }));
  const ahead = (volume.forecast?.steps ?? []).map((step): Place => ({ time: step.time, count: null, expected: step }));
  const places = [...past, ...ahead];
  const { top, marks } = scaleTo(
    Math.max(...places.map((place) => Math.max(place.count ?? 0, place.expected?.high ?? 0)), 1),
  );
  const width = plot.width / places.length;
  const x = (at: number): number => size.left + at * width;
  const y = (value: number): number => size.top + plot.height * (1 - value / top);
  const bars = past.map((place, at) => barOf(place, x(at) + (width * (1 - barShare)) / 2, width * barShare, y));
  const labels = places.map((place, at) => labelOf(place.time, volume.step, times, x(at) + width / 2));
  const split = ahead.length === 0 ? nothing : splitAt(x(past.length));
  const id = `volume-${volume.step}`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="100%" role="img" aria-labelledby="${id}-title ${id}-desc" style="display:block;max-width:560px;height:auto" font-family="system-ui,sans-serif" font-size="12" fill="currentColor">
<title id="${id}-title">Articles by the ${volume.step}</title>
<desc id="${id}-desc">${descriptionOf(volume, times)}</desc>
<defs><pattern id="${id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="band" fill="#dbe7f5"/><line x1="0" y1="0" x2="0" y2="6" class="hatch" stroke="#8fb0d6" stroke-width="1.5"/></pattern></defs>
<text x="${size.left}" y="12" class="quiet" fill="#5a6472">articles ${volume.step === 'hour' ? 'an hour' : 'a day'}</text>
${marks.map((mark) => gridLine(mark, y(mark)))}
${runsOf(places).map((run) => bandOf(run, { x, y, width, hatch: `${id}-hatch` }))}
${bars}
${runsOf(places).map((run) => meanLineOf(run, { x, y, width }))}
${labels}
${split}
</svg>`;
}

function gridLine(mark: number, at: number): Markup {
  const right = size.width - size.right;
  return markup`<line x1="${size.left}" y1="${round(at)}" x2="${right}" y2="${round(at)}" class="grid" stroke="#d9dee5" stroke-width="1"/><text x="${size.left - 6}" y="${round(at + 4)}" text-anchor="end" class="quiet" fill="#5a6472">${count(mark)}</text>`;
}

function barOf({ count: articles }: Place, left: number, width: number, y: (value: number) => number): Markup {
  const value = articles ?? 0;
  if (value === 0) return nothing;
  return markup`<rect x="${round(left)}" y="${round(y(value))}" width="${round(width)}" height="${round(y(0) - y(value))}" rx="1.5" class="bar" fill="#1f5fa8"/>`;
}

interface Frame {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
}

type Run = readonly { readonly at: number; readonly expected: NonNullable<Place['expected']> }[];

/** Steps with an expectation that follow each other. */
function runsOf(places: readonly Place[]): readonly Run[] {
  const runs: { at: number; expected: NonNullable<Place['expected']> }[][] = [];
  places.forEach(({ expected }, at) => {
    if (expected === null) return;
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1)?.at === at - 1) last.push({ at, expected });
    else runs.push([{ at, expected }]);
  });
  return runs;
}

function bandOf(run: Run, { x, y, width, hatch }: Frame & { readonly hatch: string }): Markup {
  // Counts are whole: the band reaches half a count beyond its bounds, so that it is seen where both are equal.
  const up = run.flatMap(({ at, expected }) => [
    point(x(at), y(expected.high + 0.5)),
    point(x(at) + width, y(expected.high + 0.5)),
  ]);
  const down = run
    .toReversed()
    .flatMap(({ at, expected }) => [
      point(x(at) + width, y(Math.max(0, expected.low - 0.5))),
      point(x(at), y(Math.max(0, expected.low - 0.5))),
    ]);
  return markup`<polygon points="${[...up, ...down].join(' ')}" fill="url(#${hatch})" fill-opacity="0.75"/>`;
}

function meanLineOf(run: Run, { x, y, width }: Frame): Markup {
  const points = run.flatMap(({ at, expected }) => [
    point(x(at), y(expected.mean)),
    point(x(at) + width, y(expected.mean)),
  ]);
  return markup`<polyline points="${points.join(' ')}" class="mean" fill="none" stroke="#b4540a" stroke-width="1.6" stroke-dasharray="4 3"/>`;
}

function labelOf(time: string, step: 'hour' | 'day', times: Times, middle: number): Markup {
  if (step === 'hour' && Number(times.clock(time).slice(0, 2)) % 6 !== 0) return nothing;
  const [first, second] =
    step === 'hour' ? [`${times.clock(time).slice(0, 2)} h`, ''] : times.shortDay(time).split(' ');
  const bottom = size.height - size.bottom;
  return markup`<text x="${round(middle)}" y="${bottom + 13}" text-anchor="middle" class="quiet" fill="#5a6472">${first ?? ''}${second === '' ? nothing : markup`<tspan x="${round(middle)}" dy="13">${second ?? ''}</tspan>`}</text>`;
}

function splitAt(at: number): Markup {
  return markup`<line x1="${round(at)}" y1="${size.top - 6}" x2="${round(at)}" y2="${size.height - size.bottom}" class="split" stroke="#5a6472" stroke-width="1"/><text x="${round(at + 5)}" y="12" class="quiet" fill="#5a6472">forecast</text>`;
}

function descriptionOf({ total, steps, step, forecast }: Report['volume'], times: Times): string {
  const name = (time: string): string => (step === 'hour' ? times.clock(time) : times.shortDay(time));
  const most = steps.reduce((best, one) => (one.count > best.count ? one : best), steps[0] ?? { time: '', count: 0 });
  const ahead = forecast?.steps.reduce((sum, { mean }) => sum + mean, 0);
  return [
    `Bars: ${counted(total, 'article')} in all`,
    total === 0 ? '.' : `, most at ${name(most.time)} (${count(most.count)}).`,
    ahead === undefined
      ? ''
      : ` After them the forecast: about ${counted(ahead, 'article')} in the ${step === 'hour' ? 'next day' : 'seven days to come'}, as a dashed line within a hatched band that should hold four steps in five.`,
  ].join('');
}

const round = (value: number): string => String(Math.round(value * 10) / 10);
const point = (x: number, y: number): string => `${round(x)},${round(y)}`;
