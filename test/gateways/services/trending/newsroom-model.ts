import type { BurstInput, RecentArticle } from '../../../../gateways/services/trending/bursts.ts';
import { type Random, seededRandom } from '../../../chaos/random.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A Monday. */
const startMs = Date.parse('2026-01-05T00:00:00Z');

export interface ModelOptions {
  readonly seed: number;
  /** Of each topic an hour, on average over the week. */
  readonly rates: readonly number[];
  /** Variance of the hourly rates over the square of their means: weather, beside the seasons. */
  readonly spread: number;
  /** How many hours there were before the look. */
  readonly historyHours: number;
  /** Share of articles that belong to a second topic too. */
  readonly secondTopic?: number;
}

export interface Raised {
  readonly topic: number;
  readonly times: number;
  /** Minutes since the history's end. */
  readonly from: number;
  readonly until: number;
}

/** Counts of topics with seasons of a day and a week, minute by minute once the history is over. */
export class NewsroomModel {
  readonly #random: Random;
  readonly #options: ModelOptions;
  readonly #hours: number[][];
  readonly #total: number[] = [];
  #articles: RecentArticle[] = [];
  #minute = 0;
  #factors: number[] = [];

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#hours = options.rates.map(() => []);
    for (let hour = 0; hour < options.historyHours; hour += 1) {
      this.#drawFactors();
      const articles = options.rates.flatMap((_, topic) =>
        Array.from({ length: poisson(this.#random, this.#rate(topic, hour)) }, () => this.#keys(topic)),
      );
      this.#close(articles);
    }
  }

  /** Lets a minute pass and looks. */
  look(raised?: Raised): BurstInput {
    if (this.#minute % 60 === 0) {
      // The hour before the last one is history now.
      const closing = this.#nowMs - hourMs;
      if (this.#minute > 60) {
        this.#close(this.#articles.filter(({ at }) => at < closing).map(({ keys }) => keys));
        this.#articles = this.#articles.filter(({ at }) => at >= closing);
      }
      this.#drawFactors();
    }
    const hour = this.#options.historyHours + Math.floor(this.#minute / 60);
    const from = this.#nowMs;
    for (const topic of this.#options.rates.keys()) {
      const isRaised = raised?.topic === topic && this.#minute >= raised.from && this.#minute < raised.until;
      const rate = (this.#rate(topic, hour) / 60) * (isRaised ? raised.times : 1);
      for (let count = poisson(this.#random, rate); count > 0; count -= 1) {
        this.#articles.push({ at: from + Math.floor(this.#random.next() * minuteMs), keys: this.#keys(topic) });
      }
    }
    this.#minute += 1;
    return {
      nowMs: this.#nowMs,
      recentFromMs: startMs + this.#total.length * hourMs,
      articles: this.#articles,
      history: new Map(this.#hours.map((hours, topic) => [String(topic), hours])),
      total: this.#total,
      candidates: this.#options.rates.length,
    };
  }

  get #nowMs(): number {
    return startMs + this.#options.historyHours * hourMs + this.#minute * minuteMs;
  }

  #rate(topic: number, hour: number): number {
    const ofDay = 1 + 0.8 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - Math.PI / 2 + topic / 20);
    const ofWeek = Math.floor(hour / 24) % 7 >= 5 ? 0.6 : 1.16;
    return (this.#options.rates[topic] ?? 0) * ofDay * ofWeek * (this.#factors[topic] ?? 1);
  }

  #drawFactors(): void {
    const { rates, spread } = this.#options;
    this.#factors = rates.map(() => (spread === 0 ? 1 : gamma(this.#random, 1 / spread) * spread));
  }

  #keys(topic: number): readonly string[] {
    const { rates, secondTopic = 0 } = this.#options;
    if (!this.#random.chance(secondTopic)) return [String(topic)];
    return [String(topic), String((topic + 1) % rates.length)];
  }

  #close(articles: readonly (readonly string[])[]): void {
    for (const [topic, hours] of this.#hours.entries()) {
      hours.push(articles.filter((keys) => keys.includes(String(topic))).length);
    }
    this.#total.push(articles.length);
  }
}

function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Marsaglia and Tsang's method, for shapes of 1 and more. */
function gamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
