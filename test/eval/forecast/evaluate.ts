import { seasonsOf } from '../../../domain/forecast/series.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Figure, Outcome } from '../frame/report.ts';
import type { NamedSeries } from './input.ts';
import { judge, type Judged } from './rolling.ts';

const maxRows = 20;

type Figured = (judged: readonly Judged[]) => number;

const sumOf = (judged: readonly Judged[], of: (one: Judged) => number) => judged.reduce((sum, one) => sum + of(one), 0);
const stepsOf: Figured = (judged) => sumOf(judged, ({ steps }) => steps);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over series of the error a step over the scale of the series. */
const maseBy =
  (error: (one: Judged) => number): Figured =>
  (judged) => {
    const bySeries = Object.values(Object.groupBy(judged, ({ name }) => name)) as Judged[][];
    return meanOf(bySeries.map((own) => sumOf(own, error) / stepsOf(own) / (own[0]?.scale ?? 1)));
  };
const mase = maseBy(({ error }) => error);
const meanMase = maseBy(({ meanError }) => meanError);
const naiveMase = (season: number) => maseBy(({ naive }) => naive[season]?.error ?? Number.NaN);
const bestNaiveMase: Figured = (judged) =>
  Math.min(...seasonIndexes(judged).map((season) => naiveMase(season)(judged)));
const ratio: Figured = (judged) => mase(judged) / bestNaiveMase(judged);
const rootRatio: Figured = (judged) =>
  Math.sqrt(
    sumOf(judged, ({ squared, scale }) => squared / scale ** 2) /
      Math.min(
        ...seasonIndexes(judged).map((season) =>
          sumOf(judged, ({ naive, scale }) => (naive[season]?.squared ?? 0) / scale ** 2),
        ),
      ),
  );
const coverage: Figured = (judged) => sumOf(judged, ({ covered }) => covered) / stepsOf(judged);
const seasonIndexes = (judged: readonly Judged[]): readonly number[] =>
  Array.from({ length: Math.min(...judged.map(({ naive }) => naive.length)) }, (_, index) => index);

/** Judges forecasts of a day of hours, or a week of days, from rolling origins. */
export function evaluateForecasts(all: readonly NamedSeries[], progress: Progress, level = 0.8): Outcome {
  const judged: Judged[] = [];
  for (const [at, one] of all.entries()) {
    judged.push(...judge(one, all, level).filter(({ scale }) => scale > 0));
    progress(at + 1, all.length);
  }
  if (judged.length === 0)
    throw new Error('no series has two weeks of hours, or four of days, and something after them');
  const late = judged.filter(({ isLate }) => isLate);
  const figure = (name: string, figured: Figured, of = judged): Figure => ({
    name,
    value: figured(of),
    interval: bootstrap(of, figured, 400),
  });
  const names = [...new Set(judged.map(({ name }) => name))];
  const hourly = seasonIndexes(judged).map((season) => ({
    name: `MASE of seasonal naive, ${season === 0 ? 'the shorter season' : 'the longer season'}`,
    value: naiveMase(season)(judged),
    interval: null,
  }));
  return {
    records: names.length,
    figures: [
      figure('ratio', ratio),
      figure('coverage', coverage),
      figure('MASE', mase),
      ...hourly,
      figure('ratio of the mean forecast', (of) => meanMase(of) / bestNaiveMase(of)),
      figure('ratio of root mean squares', rootRatio),
      figure('ratio, later half of origins', ratio, late),
      figure('coverage, later half of origins', coverage, late),
      { name: 'ms a forecast', value: meanOf(judged.map(({ ms }) => ms)), interval: null, digits: 1 },
      { name: 'forecasts', value: judged.length, interval: null, digits: 0 },
    ],
    tables: [
      {
        title: 'the worst series',
        heads: ['series', 'steps', 'mean count', 'MASE', 'ratio', 'coverage', 'width', 'most used'],
        rows: names
          .map((name) => judged.filter((one) => one.name === name))
          .toSorted((a, b) => ratio(b) - ratio(a))
          .slice(0, maxRows)
          .map((own) => [
            own[0]?.name ?? '',
            stepsOf(own),
            (sumOf(own, ({ total }) => total) / stepsOf(own)).toFixed(3),
            mase(own).toFixed(3),
            ratio(own).toFixed(3),
            coverage(own).toFixed(3),
            (sumOf(own, ({ width }) => width) / stepsOf(own)).toFixed(2),
            mostUsed(own),
          ]),
      },
    ],
    notes: [
      `${level * 100} % intervals; forecasts from each midnight (UTC) after two weeks of hours, or four of days, are known, a day ` +
        `(${seasonsOf.hour[0]} hours) or a week (${seasonsOf.day[0]} days) ahead, by what lies before alone`,
      'ratio: mean over series of the mean absolute scaled error of the median, over that of the better seasonal naive method',
      'steps in which a series, or all of the file together, stood still are neither history nor judged',
    ],
  };
}

function mostUsed(judged: readonly Judged[]): string {
  const byMethod = Object.entries(Object.groupBy(judged, ({ method }) => method));
  const [method, own] = byMethod.toSorted((a, b) => (b[1]?.length ?? 0) - (a[1]?.length ?? 0))[0] ?? ['', []];
  return `${method} (${own?.length ?? 0} of ${judged.length})`;
}
