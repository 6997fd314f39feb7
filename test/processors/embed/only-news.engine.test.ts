import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { embedHandler, factsOf } from '../../../processors/embed/embed.ts';
import { openEmbedMemory } from '../../../processors/embed/memory.ts';
import { type EmbedHandler, onlyNews } from '../../../processors/embed/only-news.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { enriched, id } from '../../gateways/views/messages.ts';

let redis: Redis;
beforeAll(() => {
  redis = new Redis(engines().redisUrl, { keyPrefix: `test-embed-${randomUUID()}:` });
});
afterAll(() => redis.disconnect());

/** Stands for the sentence model, and tells what it was asked. */
const model = {
  model: 'lengths@1',
  asked: 0,
  embed(texts: readonly string[]) {
    model.asked += texts.length;
    return Promise.resolve(texts.map((text) => new Float32Array([text.length, 1])));
  },
};
const open = (): EmbedHandler =>
  onlyNews(
    embedHandler(model, () => Promise.resolve(0)),
    openEmbedMemory(redis),
    (value) => factsOf(value, model.model),
  );
let handler: EmbedHandler;
let article = 0;
beforeEach(() => {
  handler = open();
  article += 1;
});

interface Given {
  /** Of the article; what is found in it has its own. */
  readonly version?: number;
  readonly entity?: string;
  readonly revision?: number;
  readonly gone?: true;
}

function at(
  offset: number,
  { version = 10, entity = 'oslo', revision = 2, gone }: Given = {},
): Message<'article-enriched'> {
  const whole = enriched(article, version, { title: `Title of ${version}` });
  const entities = [{ key: entity, name: entity, type: 'place' as const, count: 1, confidence: 0.5 }];
  const value = gone === true ? null : { ...whole, entities, version: version + revision };
  return {
    topic: 'article-enriched',
    partition: 0,
    offset: BigInt(offset),
    key: id(article),
    value,
    headers: {},
    timestampMs: 0,
  };
}

const context = {
  now: () => 0,
  sleep: () => Promise.resolve(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
};

/** What becomes of each; the outputs are not acknowledged yet. */
async function answered(...messages: readonly Message<'article-enriched'>[]) {
  return handler.process(messages, context);
}

/** As the runner does it: what was said is acknowledged. */
async function told(...messages: readonly Message<'article-enriched'>[]): Promise<readonly string[]> {
  const outcomes = await answered(...messages);
  for (const outcome of outcomes) if (outcome.kind === 'emit') await outcome.onAcknowledged?.();
  return outcomes.map((outcome) => (outcome.kind === 'drop' ? outcome.reason : outcome.kind));
}

test('a later record with the same facts asks no model and writes nothing, also in another process', async () => {
  expect(await told(at(1))).toEqual(['emit']);
  const { asked } = model;
  handler = open();
  expect(await told(at(2, { revision: 3 }))).toEqual(['embedded-already']);
  expect(model.asked).toBe(asked);
});

test('the same record is worked on again: the stage itself is replayed, also after it has passed over a later one', async () => {
  await told(at(1), at(2, { revision: 3 }));
  await told(at(3, { revision: 4 }));
  handler = open();
  expect(await told(at(3, { revision: 4 }))).toEqual(['emit']);
  expect(await told(at(1))).toEqual(['emit']);
});

test('other facts, a newer version of the article and the end of an article are news', async () => {
  expect(await told(at(1))).toEqual(['emit']);
  expect(await told(at(2, { entity: 'bergen' }))).toEqual(['emit']);
  expect(await told(at(3, { entity: 'bergen', version: 20 }))).toEqual(['emit']);
  expect(await told(at(4, { gone: true }))).toEqual(['emit']);
  expect(await told(at(5, { entity: 'bergen', version: 20 }))).toEqual(['emit']);
});

test('an earlier version of an article in a history that is not compacted is passed over', async () => {
  await told(at(1), at(2, { version: 20 }));
  expect(await told(at(3, { revision: 3 }), at(4, { version: 20, revision: 3 }))).toEqual([
    'outdated',
    'embedded-already',
  ]);
});

test('facts that change and change back are all told, within a batch and while the first are on their way', async () => {
  await told(at(1));
  expect(await told(at(2, { entity: 'bergen' }), at(3))).toEqual(['emit', 'emit']);
  const [first] = await answered(at(4, { entity: 'bergen' }));
  expect(await told(at(5))).toEqual(['emit']);
  expect(first?.kind).toBe('emit');
});

test('what was not acknowledged is not remembered', async () => {
  await told(at(1));
  await answered(at(2, { entity: 'bergen' }));
  handler = open();
  expect(await told(at(3, { entity: 'bergen' }))).toEqual(['emit']);
  expect(await told(at(4))).toEqual(['emit']);
});

test('a process that was paused does not set the memory back', async () => {
  const [late] = await answered(at(1));
  handler = open();
  await told(at(2, { entity: 'bergen' }));
  if (late?.kind === 'emit') await late.onAcknowledged?.();
  expect(await told(at(3, { entity: 'bergen' }))).toEqual(['embedded-already']);
  expect(await told(at(4))).toEqual(['emit']);
});
