import type { Series } from '../../../domain/forecast/series.ts';
import { generator } from '../frame/bootstrap.ts';
import type { NamedSeries } from './input.ts';

type Random = () => number;

const days = 56;
const startMs = Date.UTC(2026, 0, 5);

/**
 * Made-up hours of news: a rhythm of the day and the week, a level that drifts, more scatter than by chance, bursts, and
 * now and then hours in which nothing was collected. From one article in two days to a hundred an hour; the same for
 * the same seed.
 */
export function generated(seed: number): readonly NamedSeries[] {
  const random = generator(seed);
  return levels.flatMap((level) =>
    shapes.map(({ name, ...shape }): NamedSeries => {
      const series: Series = { step: 'hour', startMs, values: valuesOf({ ...shape, level }, random) };
      return { name: `${name}, ${level} a day`, series };
    }),
  );
}

interface Shape {
  /** Articles a day. */
  readonly level: number;
  /** 0: every hour alike; 1: nights are empty. */
  readonly rhythm: number;
  /** What is left of a day at weekends. */
  readonly weekend: number;
  /** Of the level's logarithm from day to day. */
  readonly drift: number;
  /** Days a month on which something happens. */
  readonly bursts: number;
  /** Of the negative binomial distribution; small scatters much. */
  readonly size: number;
}

const levels = [0.5, 3, 20, 150, 2_000];
const shapes = [
  { name: 'office', rhythm: 1, weekend: 0.15, drift: 0.03, bursts: 0, size: 8 },
  { name: 'around the clock', rhythm: 0.3, weekend: 0.9, drift: 0.05, bursts: 1, size: 4 },
  { name: 'bursts', rhythm: 0.7, weekend: 0.6, drift: 0.02, bursts: 4, size: 3 },
  { name: 'drifting', rhythm: 0.8, weekend: 0.4, drift: 0.15, bursts: 1, size: 6 },
];

function valuesOf(shape: Shape, random: Random): readonly number[] {
  const peak = 8 + random() * 10;
  let logLevel = 0;
  let burst = 0;
  let silentHours = 0;
  return Array.from({ length: days * 24 }, (_, at) => {
    const [hour, weekday] = [at % 24, Math.floor(at / 24) % 7];
    if (hour === 0) logLevel += shape.drift * normal(random) - 0.02 * logLevel;
    if (random() < shape.bursts / 30 / 24) burst = 2 + 6 * random();
    else burst *= 0.93;
    if (random() < 1 / (45 * 24)) silentHours = 30 + Math.floor(random() * 90);
    silentHours -= 1;
    const daily = Math.max(0, 1 + shape.rhythm * 1.2 * Math.cos(((hour - peak) / 12) * Math.PI));
    const rate = (shape.level / 24) * daily * (weekday >= 5 ? shape.weekend : 1) * Math.exp(logLevel) * (1 + burst);
    const count = poisson(rate * gamma(shape.size, random), random);
    return silentHours > 0 ? 0 : count;
  });
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Of mean 1 (Marsaglia and Tsang, 2000). */
function gamma(size: number, random: Random): number {
  const d = size - 1 / 3;
  for (;;) {
    const score = normal(random);
    const cube = (1 + score / Math.sqrt(9 * d)) ** 3;
    if (cube > 0 && Math.log(1 - random()) < (score * score) / 2 + d - d * cube + d * Math.log(cube)) {
      return (d * cube) / size;
    }
  }
}

function poisson(mean: number, random: Random): number {
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  for (let left = random() - Math.exp(-mean), chance = Math.exp(-mean); left > 0 && count < 1_000; left -= chance) {
    count += 1;
    chance *= mean / count;
  }
  return count;
}
