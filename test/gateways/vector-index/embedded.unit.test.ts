import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openEmbeddedVectorIndex } from '../../../gateways/vector-index/embedded.ts';
import { TransientError } from '../../../streams/errors.ts';
import { vectorIndexContract } from '../../contracts/vector-index.ts';

const log = pino({ level: 'silent' });
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'mimir-vectors-'));

vectorIndexContract('the embedded vector index', async () => {
  const dir = await folder();
  return {
    open: () => openEmbeddedVectorIndex(join(dir, 'deep', 'vectors.db'), { log }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  };
});

const payload = { visibility: 'public', feedIds: ['feed'], language: null, publishedAt: 0, model: 'test' };

test('several processes may open a new file at once', async () => {
  const file = join(await folder(), 'vectors.db');
  const opened = await Promise.all([1, 2, 3, 4].map(() => openEmbeddedVectorIndex(file, { log })));
  await Promise.all(
    opened.map((index, place) => index.upsert([{ articleId: String(place), version: 1, vector: [1, 0], payload }])),
  );
  expect(await Promise.all(opened.map((index) => index.count()))).toEqual([4, 4, 4, 4]);
  await Promise.all(opened.map((index) => index[Symbol.asyncDispose]()));
});

test('what was written is there after the file is opened again', async () => {
  const file = join(await folder(), 'vectors.db');
  {
    await using index = await openEmbeddedVectorIndex(file, { log });
    await index.upsert([{ articleId: 'a', version: 1, vector: [0.6, 0.8], payload }]);
  }
  await using again = await openEmbeddedVectorIndex(file, { log });
  expect(await again.query({ vector: [0.6, 0.8], limit: 1 })).toEqual([
    { articleId: 'a', score: expect.closeTo(1, 5) },
  ]);
});

test('a query leaves the event loop free', async () => {
  await using index = await openEmbeddedVectorIndex(join(await folder(), 'vectors.db'), { log });
  const vector = Array.from({ length: 384 }, () => 1 / Math.sqrt(384));
  await index.upsert(
    Array.from({ length: 5000 }, (_, number) => ({ articleId: String(number), version: 1, vector, payload })),
  );
  let turns = 0;
  const query = index.query({ vector, limit: 1 }).then(() => 'answered');
  while ((await Promise.race([query, setImmediate('waiting')])) === 'waiting') turns += 1;
  expect(turns).toBeGreaterThan(1);
});

test('a file that cannot be opened is a transient error', async () => {
  const dir = await folder();
  await expect(openEmbeddedVectorIndex(dir, { log })).rejects.toBeInstanceOf(TransientError);
});
