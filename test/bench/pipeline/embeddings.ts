import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openEmbedder } from '../../../domain/embedding/embedder.ts';
import type { Progress } from '../../../infra/local/progress.ts';
import { rotated, type Spread, spreadOf } from '../statistics.ts';
import { storyOf } from './news.ts';

export interface EmbeddingResult {
  readonly contender: string;
  readonly textsPerSecond: Spread;
}

export interface EmbeddingRatio {
  readonly what: string;
  readonly ratio: Spread;
}

const texts = 128;
const tokens = 128;
const sequencesPerRun = 4;

interface Contender {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * One thread each, texts of 128 tokens: our embedder with the model in use, a bare loop of onnxruntime on the same model
 * with the tokens made beforehand, and our embedder with the packaged model.
 */
export async function measureEmbeddings(
  progress: Progress,
  modelDir: string,
  packagedDir: string,
  rounds: number,
): Promise<{ readonly rates: readonly EmbeddingResult[]; readonly ratios: readonly EmbeddingRatio[] }> {
  const given = Array.from({ length: texts }, (_, index) => storyOf(index).text.slice(0, 900));
  const contenders = [
    await embedderOf('embedder', modelDir, given),
    await bareLoop('bare loop', modelDir, given),
    ...(packagedDir === modelDir ? [] : [await embedderOf('embedder, packaged model', packagedDir, given)]),
  ];
  const step = progress.step('embeddings');
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of rotated(contenders, round)) {
      const beganMs = performance.now();
      await run();
      // The first round warms up.
      if (round > 0) rates.get(name)?.push(texts / ((performance.now() - beganMs) / 1_000));
    }
    step.detail(`round ${round} of ${rounds}`);
  }
  step.done();
  for (const { close } of contenders) await close();
  const [own = [], bare = [], packaged] = contenders.map(({ name }) => rates.get(name) ?? []);
  const ratio = (what: string, other: readonly number[]): EmbeddingRatio => ({
    what,
    ratio: spreadOf(own.map((rate, round) => rate / (other[round] ?? Number.NaN))),
  });
  return {
    rates: contenders.map(({ name }) => ({ contender: name, textsPerSecond: spreadOf(rates.get(name) ?? []) })),
    ratios: [
      ratio('embedder / bare loop', bare),
      ...(packaged === undefined ? [] : [ratio('model in use / packaged model', packaged)]),
    ],
  };
}

async function embedderOf(name: string, modelDir: string, given: readonly string[]): Promise<Contender> {
  const embedder = await openEmbedder({ modelDir, threads: 1, log: { warn: () => undefined } });
  return {
    name,
    run: async () => void (await embedder.embed(given)),
    close: () => embedder.close(),
  };
}

async function bareLoop(name: string, modelDir: string, given: readonly string[]): Promise<Contender> {
  const words = new Tokenizer(JSON.parse(await readFile(join(modelDir, 'tokenizer.json'), 'utf8')) as object, {});
  const session = await InferenceSession.create(join(modelDir, 'model.onnx'), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const sequences = given.map((text) => words.encode(text).ids.slice(0, tokens));
  const run = async (): Promise<void> => {
    for (let at = 0; at < sequences.length; at += sequencesPerRun) {
      const some = sequences.slice(at, at + sequencesPerRun);
      const width = Math.max(...some.map((ids) => ids.length));
      const ids = new BigInt64Array(some.length * width);
      const mask = new BigInt64Array(some.length * width);
      for (const [row, sequence] of some.entries()) {
        for (const [column, id] of sequence.entries()) {
          ids[row * width + column] = BigInt(id);
          mask[row * width + column] = 1n;
        }
      }
      const shape = [some.length, width];
      await session.run({
        input_ids: new Tensor('int64', ids, shape),
        attention_mask: new Tensor('int64', mask, shape),
        token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
      });
    }
  };
  return { name, run, close: () => session.release() };
}
