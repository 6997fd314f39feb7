import { describe, expect, test } from 'vitest';
import { FatalError, TransientError } from '../../../streams/errors.ts';
import { dead, done, drop, emit, type StageDefinition } from '../../../streams/stage.ts';
import { createTestDriver } from '../../../streams/test-driver.ts';
import { batches, each, link, stageOf } from './stages.ts';

const topic = 'article-duplicate';
const group = 'mimir.stage';

type Driver = ReturnType<typeof createTestDriver>;

async function committed(driver: Driver): Promise<bigint> {
  await using admin = await driver.runtime.kafka.admin();
  return (await admin.committed(group, [topic])).reduce((sum, { offset }) => sum + offset, 0n);
}

async function sendAll(driver: Driver, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) await driver.send(topic, id, link(id, `${index}`));
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function counted(driver: Driver, name: string): Promise<Record<string, number>> {
  const metric = await driver.runtime.metrics.getSingleMetric(name)?.get();
  const values = metric?.values ?? [];
  return Object.fromEntries(
    values.map(({ labels, value }) => [
      Object.entries(labels)
        .filter(([label]) => label !== 'stage')
        .map(([, text]) => text)
        .join(' '),
      value,
    ]),
  );
}

describe('outcomes', () => {
  test('outputs are produced with ids that a repeat gives again, and the trace goes on', async () => {
    const produced: Readonly<Record<string, string>>[] = [];
    for (let run = 0; run < 2; run += 1) {
      await using driver = createTestDriver([
        each(async ({ key }) => emit([{ topic: 'article-unique', key, value: null }])),
      ]);
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      await driver.send(topic, 'k', link('k', 'x'), { event_id: 'first', traceparent });
      await driver.settle();
      const [output] = await driver.output('article-unique');
      produced.push(output?.headers ?? {});
    }
    expect(produced[0]).toEqual(produced[1]);
    expect(produced[0]).toMatchObject({
      event_id: expect.stringMatching(/^[\da-f-]{36}$/u),
      event_type: 'news.mimir.article-unique.deleted',
      traceparent: expect.stringMatching(/^00-a{32}-(?!b{16})[\da-f]{16}-01$/u),
      ce_specversion: '1.0',
      ce_id: produced[0]?.['event_id'],
      ce_source: '/mimir/stage',
      ce_time: produced[0]?.['produced_at'],
    });
  });

  test('drops are counted by their reason, and a tombstone reaches the handler', async () => {
    const values: unknown[] = [];
    await using driver = createTestDriver([
      each(async ({ value }) => {
        values.push(value);
        return value === null ? drop('gone') : done;
      }),
    ]);
    await driver.send(topic, 'k', null);
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.settle();
    expect(values).toEqual([null, link('k', 'x')]);
    expect(await counted(driver, 'mimir_stage_messages_total')).toEqual({ 'dropped gone': 1, 'emitted ': 1 });
  });

  test('onAcknowledged comes after the outputs and before the commit', async () => {
    const events: string[] = [];
    await using driver = createTestDriver(
      [
        each(async ({ key }) =>
          emit([{ topic: 'article-unique', key, value: null }], async () => {
            events.push(`acknowledged with ${(await driver.output('article-unique')).length} output`);
          }),
        ),
      ],
      { before: { commit: () => events.push('commit') } },
    );
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.settle();
    expect(events).toEqual(['acknowledged with 1 output', 'commit']);
  });
});

describe('order', () => {
  test('messages of one key never overlap and keep their order, while other keys go on', async () => {
    const running = new Map<string, number>();
    const seen: Record<string, string[]> = {};
    let most = 0;
    let overlaps = 0;
    await using driver = createTestDriver([
      each(async ({ key, value, offset }, context) => {
        running.set(key, (running.get(key) ?? 0) + 1);
        if ((running.get(key) ?? 0) > 1) overlaps += 1;
        most = Math.max(
          most,
          [...running.values()].reduce((sum, one) => sum + one, 0),
        );
        await context.sleep(1_000 - ((Number(offset) * 37) % 900));
        (seen[key] ??= []).push(value?.method ?? '');
        running.set(key, (running.get(key) ?? 0) - 1);
        return done;
      }, 8),
    ]);
    const ids = Array.from({ length: 60 }, (_, index) => `k${index % 12}`);
    await sendAll(driver, ids);
    await driver.settle();
    expect(overlaps).toBe(0);
    expect(most).toBe(8);
    for (const [id, methods] of Object.entries(seen)) {
      expect(methods).toEqual(ids.flatMap((one, index) => (one === id ? [`${index}`] : [])));
    }
  });

  test('an earlier input goes first for as long as it has records', async () => {
    const order: string[] = [];
    const definition: StageDefinition<'article-duplicate' | 'article-unique', never> = {
      name: 'stage',
      purpose: 'Takes one input before the other.',
      inputs: ['article-unique', 'article-duplicate'],
      outputs: [],
      open: async () => ({
        handler: {
          kind: 'each',
          concurrency: 1,
          async process(message, context) {
            order.push(message.topic);
            await context.sleep(10);
            return done;
          },
        },
      }),
    };
    await using driver = createTestDriver([definition]);
    for (let index = 0; index < 5; index += 1) await driver.send('article-duplicate', `d${index}`, null);
    for (let index = 0; index < 5; index += 1) await driver.send('article-unique', `u${index}`, null);
    await driver.settle();
    // The first was taken before the other input had been delivered.
    expect(order.slice(1, 5)).toEqual(Array.from({ length: 4 }, () => 'article-unique'));
    expect(order.slice(6)).toEqual(Array.from({ length: 4 }, () => 'article-duplicate'));
  });

  test('a batch keeps the order of its partitions, and its outputs keep it too', async () => {
    const sizes: number[] = [];
    await using driver = createTestDriver(
      [
        batches(async (messages) => {
          sizes.push(messages.length);
          return messages.map(({ key, value }) =>
            key.startsWith('out-') ? done : emit([{ topic, key: `out-${key}`, value }]),
          );
        }, 7),
      ],
      { groupId: group },
    );
    const inputs: string[] = Array.from({ length: 40 }, (_, index) => `k${index % 3}`);
    await sendAll(driver, inputs);
    await driver.settle();
    const outputs = await driver.output(topic);
    for (const id of ['k0', 'k1', 'k2']) {
      const methods = outputs.filter(({ key }) => key === `out-${id}`).map(({ value }) => value?.method);
      expect(methods).toEqual(inputs.flatMap((one, index) => (one === id ? [`${index}`] : [])));
    }
    expect(Math.max(...sizes)).toBe(7);
  });
});

describe('commits', () => {
  test('only what is done without a gap is committed', async () => {
    let release: (() => void) | undefined;
    await using driver = createTestDriver(
      [
        each(async ({ value }) => {
          if (value?.method === '2') await new Promise<void>((resolve) => (release = resolve));
          return done;
        }),
      ],
      { partitions: 1 },
    );
    await sendAll(driver, ['a', 'b', 'stuck', 'c', 'd']);
    // A handler that waits for something real keeps the driver waiting; so time is moved by hand.
    await turns(50);
    driver.clock.moveTo(driver.clock.now() + 5_000);
    await turns(50);
    expect(await committed(driver)).toBe(2n);
    release?.();
    await driver.settle();
    expect(await committed(driver)).toBe(5n);
  });

  test('a commit that fails is made up for by the next', async () => {
    let failures = 3;
    await using driver = createTestDriver([each(async () => done)], {
      before: {
        commit() {
          if (failures > 0) {
            failures -= 1;
            throw new TransientError('the group is rebalancing');
          }
        },
      },
    });
    await sendAll(driver, ['a', 'b', 'c']);
    await driver.settle();
    expect(failures).toBe(0);
    expect(await committed(driver)).toBe(3n);
  });
});

describe('what is away', () => {
  test('is waited for as long as it takes, without a dead letter and without losing order', async () => {
    let backAtMs = 0;
    const seen: string[] = [];
    await using driver = createTestDriver([
      each(async ({ value }, context) => {
        if (context.now() < backAtMs) throw new TransientError('the store is away');
        seen.push(value?.method ?? '');
        return done;
      }),
    ]);
    backAtMs = driver.clock.now() + 6 * 3_600_000;
    await sendAll(driver, ['k', 'k', 'k', 'other']);
    await driver.advance(3_600_000);
    expect(seen).toEqual([]);
    expect(driver.stages[0]?.health()).toEqual({ status: 'degraded', detail: 'the store is away' });
    await driver.settle();
    expect(seen.filter((method) => method !== '3')).toEqual(['0', '1', '2']);
    expect(seen).toContain('3');
    expect(await driver.deadLetters()).toEqual([]);
    expect(driver.stages[0]?.health()).toEqual({ status: 'healthy' });
  });

  test('Kafka refusing outputs does not run the handler again', async () => {
    let calls = 0;
    let refusals = 4;
    await using driver = createTestDriver(
      [
        each(async ({ key }) => {
          calls += 1;
          return emit([{ topic: 'article-unique', key, value: null }]);
        }),
      ],
      {
        before: {
          produce() {
            if (refusals > 0) {
              refusals -= 1;
              throw new TransientError('no leader');
            }
          },
        },
      },
    );
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.settle();
    expect(calls).toBe(1);
    expect(await driver.output('article-unique')).toHaveLength(1);
  });

  test('one partition waits, the others go on, also with a single place in the handler', async () => {
    const seen: string[] = [];
    await using driver = createTestDriver(
      [
        each(async ({ key, partition }) => {
          if (partition === 0) throw new TransientError('away for this partition');
          seen.push(key);
          return done;
        }, 1),
      ],
      { partitions: 2 },
    );
    const ids = Array.from({ length: 20 }, (_, index) => `k${index}`);
    await sendAll(driver, ids);
    await driver.advance(60_000);
    const elsewhere = driver.runtime.kafka.topics.partitions(topic)[1]?.records.map(({ key }) => key?.toString());
    expect(seen).toEqual(elsewhere);
    expect(seen.length).toBeGreaterThan(0);
  });

  test('a batch waits as a whole and comes again as it was', async () => {
    let failures = 3;
    const calls: number[] = [];
    await using driver = createTestDriver(
      [
        batches(async (messages) => {
          calls.push(messages.length);
          failures -= 1;
          if (failures >= 0) throw new TransientError('the store is away');
          return messages.map(() => done);
        }),
      ],
      { partitions: 1 },
    );
    await sendAll(driver, ['a', 'b', 'c']);
    await driver.settle();
    expect(calls).toEqual([3, 3, 3, 3]);
  });
});

describe('poison', () => {
  test('is tried three times and becomes a dead letter with its bytes and headers; the stream goes on', async () => {
    let tries = 0;
    const seen: string[] = [];
    await using driver = createTestDriver([
      each(async ({ key, value }) => {
        if (value?.method === 'bad') {
          tries += 1;
          throw new RangeError('breaks');
        }
        seen.push(key);
        return done;
      }),
    ]);
    await driver.send(topic, 'k', link('k', 'bad'), { event_id: 'e1', other: 'header' });
    await driver.send(topic, 'k', link('k', 'good'));
    await driver.settle();
    const original = driver.runtime.kafka.topics
      .partitions(topic)
      .flatMap(({ records }) => records)
      .find(({ offset }) => offset === 0n);
    expect(tries).toBe(3);
    expect(seen).toEqual(['k']);
    const [letter, ...others] = await driver.deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      stage: 'stage',
      topic,
      offset: 0n,
      reason: 'poison',
      exception: 'RangeError',
      message: 'breaks',
      tries: 3,
      key: original?.key,
      value: original?.value,
      headers: original?.headers,
    });
    expect(await counted(driver, 'mimir_stage_dead_letters_total')).toEqual({ poison: 1 });
  });

  test.for<[string, Buffer | string | null, Buffer]>([
    ['a value that is no Avro', 'k', Buffer.from('not avro at all')],
    ['an empty value', 'k', Buffer.alloc(0)],
    ['a null key', null, Buffer.from([0, 0, 0, 0, 1])],
    ['a key that is no text', Buffer.from([0xff, 0xfe]), Buffer.from([0, 0, 0, 0, 1])],
  ])('%s is a dead letter at once, byte for byte', async ([, key, value]) => {
    let calls = 0;
    await using driver = createTestDriver([
      each(async () => {
        calls += 1;
        return done;
      }),
    ]);
    await driver.sendBytes(topic, key, value);
    await driver.settle();
    const [letter] = await driver.deadLetters();
    expect(letter).toMatchObject({ reason: 'undecodable', tries: 1, value });
    expect(letter?.key).toEqual(key === null ? null : Buffer.from(key));
    expect(calls).toBe(0);
  });

  test('a stage that says dead gives its own reason', async () => {
    await using driver = createTestDriver([each(async () => dead('no-title', 'it has none'))]);
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.settle();
    expect(await driver.deadLetters()).toMatchObject([{ reason: 'no-title', message: 'it has none', tries: 1 }]);
  });

  test('an output that does not fit its schema, or is too large, is the message’s fault', async () => {
    await using driver = createTestDriver([
      each(async ({ key, value }) =>
        emit([
          {
            topic,
            key: 'never',
            value: { ...link(key, 'x'.repeat(5_000_000)), ...(value?.method === 'a' ? { score: 'no' as never } : {}) },
          },
        ]),
      ),
    ]);
    await driver.send(topic, 'a', link('a', 'a'));
    await driver.send(topic, 'b', link('b', 'b'));
    await driver.settle();
    const letters = await driver.deadLetters();
    const said = (id: string): string | undefined => letters.find(({ key }) => key?.toString() === id)?.message;
    expect(said('a')).toMatch(/score/u);
    expect(said('b')).toMatch(/has \d+ bytes, and 4000000/u);
  });

  test('one bad message in a batch is found, and the others have their effect', async () => {
    const effects: string[] = [];
    await using driver = createTestDriver(
      [
        batches(async (messages) => {
          if (messages.some(({ value }) => value?.method === '2')) throw new Error('a constraint');
          effects.push(...messages.map(({ key }) => key));
          return messages.map(() => done);
        }),
      ],
      { partitions: 1 },
    );
    await sendAll(driver, ['a', 'b', 'bad', 'c']);
    await driver.settle();
    expect(effects).toEqual(['a', 'b', 'c']);
    expect(await driver.deadLetters()).toMatchObject([{ reason: 'poison', offset: 2n }]);
  });

  test('a batch that answers with too few outcomes is poison for each message', async () => {
    await using driver = createTestDriver([batches(async () => [])], { partitions: 1 });
    await sendAll(driver, ['a', 'b']);
    await driver.settle();
    expect(await driver.deadLetters()).toHaveLength(2);
  });
});

describe('what is fatal', () => {
  test('stops the stage, which says why, and nothing is committed for it', async () => {
    const driver = createTestDriver([
      each(async () => {
        throw new FatalError('the disk is full');
      }),
    ]);
    await driver.send(topic, 'k', link('k', 'x'));
    await expect(driver.settle()).rejects.toThrow('the disk is full');
    await driver.stop();
    expect(driver.stages[0]?.health()).toEqual({ status: 'unhealthy', detail: 'the disk is full' });
    expect(await committed(driver)).toBe(0n);
    expect(await driver.deadLetters()).toEqual([]);
  });

  test('a stage that cannot open for good fails before it joins, one that lacks something waits', async () => {
    let attempts = 0;
    const handler = { kind: 'each', concurrency: 1, process: async () => done } as const;
    await using waiting = createTestDriver([
      {
        ...stageOf(handler),
        open: async () => {
          attempts += 1;
          if (attempts < 4) throw new TransientError('Postgres is away');
          return { handler };
        },
      },
    ]);
    await waiting.settle();
    expect(attempts).toBe(4);
    const failing = createTestDriver([{ ...stageOf(handler), open: () => Promise.reject(new FatalError('no model')) }]);
    await expect(failing.stages[0]?.ready).rejects.toThrow('no model');
    await failing.stop();
  });
});

describe('backpressure', () => {
  test('no more is held than allowed, give or take one delivery, and all is done in the end', async () => {
    let most = 0;
    await using driver = createTestDriver(
      [
        each(async (_message, context) => {
          most = Math.max(most, driver.stages[0]?.activity().held ?? 0);
          await context.sleep(10);
          return done;
        }, 4),
      ],
      { partitions: 2, maxHeldRecords: 100 },
    );
    await sendAll(
      driver,
      Array.from({ length: 3_000 }, (_, index) => `k${index}`),
    );
    await driver.settle();
    // A delivery brings 500 a partition.
    expect(most).toBeLessThanOrEqual(1_100);
    expect(await committed(driver)).toBe(3_000n);
  });
});

describe('stopping', () => {
  test('finishes and commits what is under way', async () => {
    const effects: string[] = [];
    const driver = createTestDriver([
      each(async ({ key }, context) => {
        await context.sleep(2_000);
        effects.push(key);
        return done;
      }),
    ]);
    await sendAll(driver, ['a', 'b']);
    await driver.advance(100);
    await driver.stop();
    expect(effects.toSorted()).toEqual(['a', 'b']);
    expect(await committed(driver)).toBe(2n);
  });

  const handler = { kind: 'each', concurrency: 1, process: async () => done } as const;
  test.for<[string, bigint, StageDefinition<typeof topic, 'article-duplicate' | 'article-unique'>]>([
    ['a handler hangs', 0n, each(() => new Promise(() => undefined))],
    ['something is away', 0n, each(() => Promise.reject(new TransientError('away')))],
    [
      'a handler waits for the signal',
      0n,
      each(async (_message, context) => {
        await context.sleep(1e9);
        return done;
      }),
    ],
    ['the stage cannot open', 0n, { ...stageOf(handler), open: () => Promise.reject(new TransientError('away')) }],
    ['opening hangs', 0n, { ...stageOf(handler), open: () => new Promise(() => undefined) }],
    [
      'closing hangs',
      1n,
      { ...stageOf(handler), open: async () => ({ handler, close: () => new Promise(() => undefined) }) },
    ],
  ])('takes at most 10 s when %s', async ([, expected, definition]) => {
    const driver = createTestDriver([definition]);
    await driver.send(topic, 'k', link('k', 'x'));
    await turns(50);
    const startedMs = driver.clock.now();
    await driver.stop();
    expect(driver.clock.now() - startedMs).toBeLessThanOrEqual(10_000);
    expect(await committed(driver)).toBe(expected);
  });
});

describe('the watchdog', () => {
  test('begins the consumer anew when a handler hangs, and gives the stage up when that does not help', async () => {
    const signals: AbortSignal[] = [];
    const driver = createTestDriver(
      [
        each((_message, context) => {
          signals.push(context.signal);
          return new Promise(() => undefined);
        }),
      ],
      { stallMs: 60_000 },
    );
    await driver.send(topic, 'k', link('k', 'x'));
    // The handler never ends, so the driver would wait for it: the clock is moved by hand.
    for (let step = 0; step < 60 && driver.stages[0]?.health().status !== 'unhealthy'; step += 1) {
      await turns(20);
      driver.clock.moveTo(driver.clock.now() + 15_000);
    }
    expect(signals[0]?.aborted).toBe(true);
    expect(driver.stages[0]?.health()).toMatchObject({
      status: 'unhealthy',
      detail: expect.stringMatching(/stalled 3/u),
    });
    expect((await counted(driver, 'mimir_stage_consumer_restarts_total'))['stalled']).toBe(2);
    await driver.stop();
  });

  test('lets a handler wait for its turn as often and as long as it takes', async () => {
    let calls = 0;
    const patient = each(async (_message, context) => {
      calls += 1;
      for (let turn = 0; turn < 5; turn += 1) await context.sleep(90_000);
      return done;
    });
    await using driver = createTestDriver([patient], { stallMs: 60_000 });
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.settle();
    expect(calls).toBe(1);
    expect(await committed(driver)).toBe(1n);
  });
});
