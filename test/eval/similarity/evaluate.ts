import { z } from 'zod';
import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { bootstrap } from '../frame/bootstrap.ts';
import type { Progress } from '../frame/command.ts';
import type { Outcome } from '../frame/report.ts';
import { pearson, ranksOf, spearman } from './correlation.ts';

export const pairSchema = z.object({ a: z.string(), b: z.string(), score: z.number() });
type Pair = z.infer<typeof pairSchema>;

const textsPerCall = 128;
const worstShown = 15;

/** How well the cosine of two texts' vectors orders pairs as people did. */
export async function evaluate(
  pairs: readonly Pair[],
  embedder: Pick<Embedder, 'model' | 'embed'>,
  progress: Progress = () => undefined,
): Promise<Outcome> {
  const texts = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const vectors = new Map<string, Float32Array>();
  const beganMs = performance.now();
  for (let at = 0; at < texts.length; at += textsPerCall) {
    const part = texts.slice(at, at + textsPerCall);
    for (const [index, vector] of (await embedder.embed(part)).entries()) vectors.set(part[index] ?? '', vector);
    progress(Math.min(texts.length, at + textsPerCall), texts.length, 'texts');
  }
  const seconds = (performance.now() - beganMs) / 1_000;

  const judged = pairs.map((pair) => ({ ...pair, cosine: cosine(vectors.get(pair.a), vectors.get(pair.b)) }));
  const of = (measure: typeof pearson) => (drawn: typeof judged) =>
    measure(
      drawn.map((one) => one.cosine),
      drawn.map((one) => one.score),
    );
  return {
    records: pairs.length,
    figures: [
      {
        name: 'Spearman',
        value: of(spearman)(judged),
        interval: bootstrap(judged, (drawn) => of(spearman)([...drawn])),
      },
      { name: 'Pearson', value: of(pearson)(judged), interval: bootstrap(judged, (drawn) => of(pearson)([...drawn])) },
      { name: 'texts a second', value: texts.length / seconds, interval: null, digits: 1 },
    ],
    tables: [worst(judged)],
    notes: [`model ${embedder.model}; ${texts.length} different texts; the machine may have been busy`],
  };
}

/** The pairs whose place among all differs most from the one that people gave them. */
function worst(judged: readonly (Pair & { readonly cosine: number })[]): Outcome['tables'][number] {
  const ours = ranksOf(judged.map((one) => one.cosine));
  const theirs = ranksOf(judged.map((one) => one.score));
  const places = (rank: number | undefined) => Math.round((100 * (rank ?? 0)) / judged.length);
  const rows = judged
    .map((pair, at) => ({ pair, ours: places(ours[at]), theirs: places(theirs[at]) }))
    .toSorted((x, y) => Math.abs(y.ours - y.theirs) - Math.abs(x.ours - x.theirs))
    .slice(0, worstShown);
  return {
    title: 'furthest from where people put them (place: percent of the pairs below)',
    heads: ['a', 'b', 'score', 'cosine', 'their place', 'our place'],
    rows: rows.map(({ pair, ours: our, theirs: their }) => [pair.a, pair.b, pair.score, pair.cosine, their, our]),
  };
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return Number.NaN;
  return a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0);
}
