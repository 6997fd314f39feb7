import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Embedder, openEmbedder } from '../../../domain/embedding/embedder.ts';
import { FatalError, TransientError } from '../../../streams/errors.ts';
import { engines } from '../../engines/engines.ts';

const log = pino({ level: 'silent' });

function cosine(a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

describe('the sentence model', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await openEmbedder({ modelDir: engines().embeddingModelDir, threads: 2, log });
  });
  afterAll(() => embedder.close());

  test.each([
    {
      text: 'The central bank raised borrowing costs again.',
      near: 'Policy makers lifted interest rates for a second time.',
      far: 'The striker scored twice in the cup final.',
    },
    {
      text: 'Heavy rain flooded villages along the river.',
      near: 'Homes were under water after days of storms.',
      far: 'A new phone with a larger screen goes on sale.',
    },
  ])('places "$text" nearer to its paraphrase than to another story', async ({ text, near, far }) => {
    const [a, b, c] = await embedder.embed([text, near, far]);

    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.2);
  });

  test('answers in the order of the texts, and the same whatever their company', async () => {
    const long = 'The minister answered questions about the budget for hours. '.repeat(40);
    const texts = Array.from({ length: 70 }, (_, n) => (n % 3 === 0 ? `${n} ${long}` : `Number ${n}.`));

    const together = await embedder.embed(texts);

    for (const n of [0, 1, 35, 69]) {
      const [alone] = await embedder.embed([texts[n] ?? '']);
      expect([...(alone ?? [])]).toEqual([...(together[n] ?? [])]);
    }
  });

  test.each(['', ' ', '\u0000', '\ud800', '日本の首相が辞任した。', 'x'.repeat(1_000_000), '🙂'.repeat(5_000)])(
    'gives a unit vector for an odd text (case %#)',
    async (text) => {
      const [vector] = await embedder.embed([text]);

      expect(vector).toHaveLength(embedder.dimensions);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    },
  );

  test('embeds nothing as nothing', async () => {
    expect(await embedder.embed([])).toEqual([]);
  });

  test('refuses more texts than may wait, as transient, and goes on', async () => {
    const narrow = await openEmbedder({ modelDir: engines().embeddingModelDir, threads: 1, log, maxWaiting: 2 });
    onTestFinished(() => narrow.close());
    const calls = await Promise.allSettled([narrow.embed(['a']), narrow.embed(['b', 'c'])]);

    expect(calls).toMatchObject([{ status: 'fulfilled' }, { reason: expect.any(TransientError) }]);
    expect(await narrow.embed(['b', 'c'])).toHaveLength(2);
  });

  test('is named by its folder and the hash of its weights', () => {
    expect(embedder.model).toMatch(/^[\w.-]+@[0-9a-f]{8}$/);
  });
});

test('a model that is not there is an error that says what is missing, where, and how to get it', async () => {
  const modelDir = join(tmpdir(), 'mimir-no-model');
  const opening = openEmbedder({ modelDir, threads: 1, log });

  await expect(opening).rejects.toThrow(FatalError);
  await expect(opening).rejects.toThrow(
    `model.onnx and tokenizer.json not found in ${modelDir}. \`npm start\` fetches`,
  );
});

test('a model that is no model is an error at opening', async () => {
  const modelDir = mkdtempSync(join(tmpdir(), 'mimir-bad-model-'));
  mkdirSync(modelDir, { recursive: true });
  writeFileSync(join(modelDir, 'model.onnx'), 'no weights');
  writeFileSync(join(modelDir, 'tokenizer.json'), '{}');

  await expect(openEmbedder({ modelDir, threads: 1, log })).rejects.toThrow(FatalError);
});
