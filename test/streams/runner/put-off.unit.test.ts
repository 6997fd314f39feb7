import { describe, expect, test } from 'vitest';
import { PutOffError } from '../../../streams/errors.ts';
import { startStage } from '../../../streams/runner.ts';
import { done, type StageDefinition } from '../../../streams/stage.ts';
import { createTestDriver, type TestDriver } from '../../../streams/test-driver.ts';
import { each, link, stageOf } from './stages.ts';

const topic = 'article-duplicate';
const minute = 60_000;

/** A stage that puts the messages of some keys off until these are let go, and notes what it did. */
function stageThatPutsOff(): {
  definition: StageDefinition<typeof topic, 'article-duplicate' | 'article-unique'>;
  blocked: Set<string>;
  seen: string[];
} {
  const blocked = new Set<string>();
  const seen: string[] = [];
  const definition = each(async ({ key, value }) => {
    if (blocked.has(key)) throw new PutOffError(`${key} is not to be had`, minute);
    seen.push(`${key} ${value?.method}`);
    return done;
  });
  return { definition: { ...definition, putsOff: true }, blocked, seen };
}

async function sendNumbered(driver: TestDriver, keys: readonly string[], from = 0): Promise<void> {
  for (const [index, key] of keys.entries()) await driver.send(topic, key, link(key, `${from + index}`));
}

async function committedInput(driver: TestDriver): Promise<bigint> {
  await using admin = await driver.runtime.kafka.admin();
  return (await admin.committed('mimir.stage', [topic])).reduce((sum, { offset }) => sum + offset, 0n);
}

describe('a message that is put off', () => {
  test('waits with the later ones of its key, in order, while others go on and the offset moves on', async () => {
    const { definition, blocked, seen } = stageThatPutsOff();
    await using driver = createTestDriver([definition], { partitions: 1 });
    blocked.add('a');
    await sendNumbered(driver, ['a', 'b', 'a', 'b', 'a']);
    await driver.advance(10 * minute);
    await sendNumbered(driver, ['a', 'b'], 5);
    await driver.advance(10 * minute);
    expect(seen).toEqual(['b 1', 'b 3', 'b 6']);
    expect(await committedInput(driver)).toBe(7n);
    blocked.clear();
    await driver.settle();
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a 0', 'a 2', 'a 4', 'a 5']);
    await sendNumbered(driver, ['a'], 9);
    await driver.settle();
    expect(seen.at(-1)).toBe('a 9');
    expect(await driver.deadLetters()).toEqual([]);
  });

  test('is still waited for after a restart, by the later ones of its key too', async () => {
    const { definition, blocked, seen } = stageThatPutsOff();
    await using driver = createTestDriver([definition], { partitions: 2 });
    blocked.add('a');
    await sendNumbered(driver, ['a', 'b', 'a']);
    await driver.advance(5 * minute);
    await driver.stages[0]?.stop();

    const again = startStage(definition, driver.runtime, { clock: driver.clock });
    await sendNumbered(driver, ['a', 'b'], 3);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(['b 1', 'b 4']);
    blocked.clear();
    for (let step = 0; step < 300; step += 1) {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (driver.clock.nextMs !== undefined) driver.clock.moveTo(driver.clock.nextMs);
    }
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a 0', 'a 2', 'a 3']);
    const stopped = again.stop();
    for (let turn = 0; turn < 200; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (driver.clock.nextMs !== undefined) driver.clock.moveTo(driver.clock.nextMs);
    }
    await stopped;
  });

  test('tells its stage since when, and becomes a dead letter as it was first', async () => {
    const since: (number | undefined)[] = [];
    const definition = {
      ...each(async (_message, context) => {
        since.push(context.putOffSinceMs);
        if (context.putOffSinceMs === undefined || context.now() - context.putOffSinceMs < 3 * minute) {
          throw new PutOffError('not now', minute);
        }
        throw new Error('never');
      }),
      putsOff: true,
    };
    await using driver = createTestDriver([definition], { partitions: 1, poisonTries: 1 });
    const startMs = driver.clock.now();
    await driver.send(topic, 'k', link('k', 'first'));
    await driver.send(topic, 'k', link('k', 'x'), { event_id: 'mine', plain: 'text' });
    await driver.settle();
    expect(since[0]).toBeUndefined();
    expect(since[1]).toBeGreaterThanOrEqual(startMs);
    const letters = await driver.deadLetters();
    expect(letters.map(({ offset }) => offset)).toEqual([0n, 1n]);
    expect(letters[1]).toMatchObject({ topic, partition: 0, reason: 'poison' });
    expect(Object.keys(letters[1]?.headers ?? {}).toSorted()).toEqual(['event_id', 'plain']);
  });

  test('of a lane lets the other keys of the lane go on, one message at a time', async () => {
    const blocked = new Set(['h a']);
    const seen: string[] = [];
    const underWay = new Map<string, number>();
    let most = 0;
    const definition = stageOf({
      kind: 'each',
      concurrency: 8,
      lane: (key) => key.slice(0, 1),
      async process({ key, value }, context) {
        const lane = key.slice(0, 1);
        underWay.set(lane, (underWay.get(lane) ?? 0) + 1);
        most = Math.max(most, underWay.get(lane) ?? 0);
        await context.sleep(1_000);
        underWay.set(lane, (underWay.get(lane) ?? 0) - 1);
        if (blocked.has(key)) throw new PutOffError('not now', minute);
        seen.push(`${key} ${value?.method}`);
        return done;
      },
    });
    await using driver = createTestDriver([{ ...definition, putsOff: true }], { partitions: 1 });
    await sendNumbered(driver, ['h a', 'h b', 'i a', 'h a', 'h c', 'i b']);
    await driver.advance(10_000);
    expect(seen.toSorted()).toEqual(['h b 1', 'h c 4', 'i a 2', 'i b 5']);
    expect(most).toBe(1);
    blocked.clear();
    await driver.settle();
    expect(seen.slice(4)).toEqual(['h a 0', 'h a 3']);
    expect(most).toBe(1);
  });

  test('waits in its place where the stage has no retry topic', async () => {
    let isThere = false;
    const seen: string[] = [];
    await using driver = createTestDriver(
      [
        each(async ({ key }) => {
          if (!isThere) throw new PutOffError('not now', minute);
          seen.push(key);
          return done;
        }),
      ],
      { partitions: 1 },
    );
    await driver.send(topic, 'k', link('k', 'x'));
    await driver.advance(minute);
    expect(await committedInput(driver)).toBe(0n);
    isThere = true;
    await driver.settle();
    expect(seen).toEqual(['k']);
  });
});
