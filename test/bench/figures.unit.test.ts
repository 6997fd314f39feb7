import { describe, expect, test } from 'vitest';
import { verdicts } from './streams/aims.ts';
import { articleOf } from './streams/articles.ts';
import { topicTypes } from '../../streams/avro.ts';
import { defaultOptions } from './streams/options.ts';
import { ratesOf } from './streams/rates.ts';
import type { BenchResults } from './streams/run.ts';
import { quantile, rotated, spreadOf } from './statistics.ts';
import { Stopwatch } from './streams/stopwatch.ts';

describe('the figures of the benchmark', () => {
  test('a rate counts from the first record, and warm from the commit that covers a quarter', () => {
    const samples = [
      { atMs: 500, committed: 100, cpuUs: 9_000 },
      { atMs: 1_000, committed: 300, cpuUs: 20_000 },
      { atMs: 2_000, committed: 1_000, cpuUs: 41_000 },
    ];
    expect(ratesOf({ messages: 1_000, samples, maxRssBytes: 0 })).toEqual({
      messagesPerSecond: 500,
      cpuUsPerMessage: 41,
      warmMessagesPerSecond: 700,
      warmCpuUsPerMessage: 30,
    });
  });

  test('a contender that did not commit to the end has no rate', () => {
    const samples = [{ atMs: 10, committed: 999, cpuUs: 1 }];
    expect(() => ratesOf({ messages: 1_000, samples, maxRssBytes: 0 })).toThrow('999 of 1000 messages were done');
    expect(() => ratesOf({ messages: 1_000, samples: [], maxRssBytes: 0 })).toThrow('0 of 1000 messages were done');
  });

  test('the stopwatch is finished once the commits of all partitions reach their ends', async () => {
    const stopwatch = new Stopwatch([
      { partition: 0, low: 0n, high: 3n },
      { partition: 1, low: 5n, high: 7n },
    ]);
    stopwatch.sawRecords();
    stopwatch.sawCommit([{ partition: 0, offset: 3n }]);
    stopwatch.sawCommit([{ partition: 1, offset: 6n }]);
    expect(await Promise.race([stopwatch.finished.then(() => 'finished'), Promise.resolve('running')])).toBe('running');
    stopwatch.sawCommit([{ partition: 1, offset: 7n }]);
    await stopwatch.finished;
    expect(stopwatch.report().samples.map(({ committed }) => committed)).toEqual([3, 4, 5]);
  });

  test('the spread has the median in its middle, and nothing has none', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: 3 });
    expect(spreadOf([1, 2]).median).toBe(1.5);
    expect(quantile([0, 10, 20, 30, 40], 0.95)).toBe(38);
    expect(() => spreadOf([])).toThrow('no round was valid');
  });

  test('each round begins with the next contender', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  test('the articles have 1.4 KB and are the same every time', () => {
    const type = topicTypes().get('article-unique')?.type;
    const sizes = Array.from({ length: 200 }, (_, index) => type?.toBuffer(articleOf(index)).length ?? 0);
    expect(Math.min(...sizes)).toBeGreaterThan(1_350);
    expect(Math.max(...sizes)).toBeLessThan(1_450);
    expect(articleOf(7)).toEqual(articleOf(7));
  });

  test('a figure beyond its aim is missed', () => {
    const row = { client: 'kafkajs', messages: 1, messagesPerSecond: 1 } as const;
    const results = {
      options: defaultOptions,
      throughput: [],
      latency: [],
      concurrency: [],
      machine: {},
      memory: [
        { ...row, maxRssMb: 512 },
        { ...row, maxRssMb: 513 },
      ],
      idle: [{ client: 'kafkajs', cpuShare: 0.011, seconds: 60 }],
    } as unknown as BenchResults;
    expect(verdicts(results).map(({ isMet }) => isMet)).toEqual([true, false, false]);
  });
});
