import { foldName } from '../../../domain/fold-name.ts';
import type { ArticleSummary } from './article.ts';

/** What was found in an article: names and keywords, each with a weight. */
export type Worded = Pick<ArticleSummary, 'keywords' | 'entities'>;

const maxShared = 8;
/** Of each kind, whatever was stored. */
const maxRead = 50;

/**
 * The names and keywords that two articles both hold, the ones that weigh most in both first, as the first of them
 * writes them; 8 at most. Of "Angela Merkel" and "Merkel" the first that weighs more is enough.
 */
export function sharedWords(one: Worded, other: Worded): readonly string[] {
  const others = weightsOf(other);
  const shared = [...weightsOf(one)].flatMap(([key, { word, weight }]) => {
    const theirs = others.get(key);
    return theirs === undefined ? [] : [{ key, word, weight: weight * theirs.weight }];
  });
  // By key where the weights are equal: an answer is the same each time.
  shared.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  const chosen: typeof shared = [];
  for (const entry of shared) {
    if (chosen.length === maxShared) break;
    if (!chosen.some(({ key }) => holds(key, entry.key) || holds(entry.key, key))) chosen.push(entry);
  }
  return chosen.map(({ word }) => word);
}

/** By what is the same in all articles: of a name its key, else the word without case and accents. */
function weightsOf({
  keywords,
  entities,
}: Worded): ReadonlyMap<string, { readonly word: string; readonly weight: number }> {
  const weights = new Map<string, { readonly word: string; readonly weight: number }>();
  const put = (key: string, word: string, weight: number): void => {
    if (weight > (weights.get(key)?.weight ?? 0)) weights.set(key, { word, weight });
  };
  const named = new Map<string, string>();
  const most = Math.max(1, ...entities.slice(0, maxRead).map(({ count }) => count));
  for (const { key, name, count, confidence } of entities.slice(0, maxRead)) {
    named.set(foldName(name), key);
    put(key, name, confidence * (count / most));
  }
  for (const { term, weight } of keywords.slice(0, maxRead)) {
    const folded = foldName(term);
    put(named.get(folded) ?? folded, term, weight);
  }
  return weights;
}

const holds = (long: string, short: string) => ` ${long} `.includes(` ${short} `);
