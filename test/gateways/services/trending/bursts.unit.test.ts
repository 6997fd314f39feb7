import { describe, expect, test } from 'vitest';
import { type Burst, type BurstInput, bursts } from '../../../../gateways/services/trending/bursts.ts';
import { NewsroomModel } from './newsroom-model.ts';

const rates = [40, 25, 60, 30, 12, 20, 15, 8, 6, 10, 35, 12, 18, 9, 50, 22, 14].map((rate) => rate * 4);
/** Noon, when no topic is at its lowest. */
const noon = 12;
const spread = 0.02;

describe.each([
  { history: 'five weeks', historyHours: 35 * 24 + noon, seeds: 8 },
  { history: 'four days', historyHours: 4 * 24 + noon, seeds: 4 },
  { history: 'six hours', historyHours: noon, seeds: 4 },
])('a topic that comes ten times as often for 20 minutes, after $history', ({ historyHours, seeds }) => {
  test.each(Array.from({ length: seeds }, (_, at) => at + 1))(
    'is named within five minutes, and no other is (seed %i)',
    (seed) => {
      const topic = (seed * 5) % rates.length;
      const model = new NewsroomModel({ seed, rates, spread, historyHours, secondTopic: 0.3 });
      const named: (readonly string[])[] = [];
      for (let minute = 0; minute < 90; minute += 1) {
        const input = model.look({ topic, times: 10, from: 65, until: 85 });
        if (minute >= 60) named.push(bursts(input).map(({ key }) => key));
      }
      const [before, during] = [named.slice(0, 5), named.slice(5, 25)];
      expect(before.flat()).toEqual([]);
      expect(during[4]).toEqual([String(topic)]);
      expect(new Set(named.flat())).toEqual(new Set([String(topic)]));
    },
  );
});

describe('in quiet weeks with seasons of a day and a week', () => {
  test.each([
    { weather: 'as chance has it', spread: 0, historyHours: 35 * 24 },
    { weather: 'with hours that differ by a fifth', spread: 0.04, historyHours: 35 * 24 },
    { weather: 'with little of a past', spread: 0.04, historyHours: 7 },
  ])('hardly anything is named, $weather', ({ spread: wandering, historyHours }) => {
    const model = new NewsroomModel({ seed: 7, rates, spread: wandering, historyHours, secondTopic: 0.3 });
    const found: Burst[] = [];
    for (let minute = 0; minute < 2 * 1440; minute += 1) {
      const input = model.look();
      if (minute > 60 && minute % 10 === 0) found.push(...bursts(input));
    }
    // One is borne in a hundred days.
    expect(found.length).toBeLessThanOrEqual(1);
  });
});

const nowMs = Date.parse('2026-03-02T12:00:00Z');
const minuteMs = 60_000;

function look(given: Partial<BurstInput> & { readonly counts: Readonly<Record<string, number>> }): readonly Burst[] {
  const { counts, ...rest } = given;
  const articles = Object.entries(counts).flatMap(([key, count]) =>
    Array.from({ length: count }, (_, at) => ({
      at: nowMs - 1 - (((at * 3_599_000) / count) % 3_599_000),
      keys: key.split('+'),
    })),
  );
  return bursts({
    nowMs,
    recentFromMs: nowMs - 60 * minuteMs,
    articles,
    history: new Map(),
    total: Array.from({ length: 24 }, () => 100),
    candidates: 10,
    ...rest,
  });
}

test('what rises together with everything is none', () => {
  const history = new Map(['a', 'b', 'c', 'd'].map((key) => [key, Array.from({ length: 24 }, () => 25)]));
  expect(look({ history, counts: { a: 250, b: 250, c: 250, d: 250 } })).toEqual([]);
  expect(look({ history, counts: { a: 250, b: 25, c: 25, d: 25 } }).map(({ key }) => key)).toEqual(['a']);
});

test('that everything else falls silent makes nothing a burst', () => {
  const history = new Map(['a', 'b', 'c', 'd'].map((key) => [key, Array.from({ length: 24 }, () => 25)]));
  expect(look({ history, counts: { a: 30 } })).toEqual([]);
});

test('what rises only in the articles of another is named with it', () => {
  const history = new Map(['quake', 'turkey', 'sport'].map((key) => [key, Array.from({ length: 24 }, () => 10)]));
  const found = look({ history, counts: { 'quake+turkey': 90, quake: 60, turkey: 10, sport: 10 } });
  expect(found.map(({ key, with: companions }) => ({ key, companions }))).toEqual([
    { key: 'quake', companions: ['turkey'] },
  ]);
});

test('what comes for the first time is judged by what is usual for its kind', () => {
  const floor = { perHour: 1.5, spread: 1 };
  expect(look({ floor, windows: [60], counts: { new: 8, other: 9 } })).toEqual([]);
  expect(look({ floor, windows: [60], counts: { new: 60, other: 60 } }).map(({ against }) => against)).toEqual([
    'others of its kind',
    'others of its kind',
  ]);
});

test('nothing is judged against less than a quarter of an hour', () => {
  const young = { total: [], recentFromMs: nowMs - 14 * minuteMs };
  expect(look({ ...young, counts: { a: 200 } })).toEqual([]);
});
