import type { ArticleCategory } from '../../schemas/types.ts';
import { facetScores } from './facet-scores.ts';
import type { Facets } from './facets.ts';
import { softmax } from './softmax.ts';
import { taxonomy } from './taxonomy.ts';
import { centred, dot, type Vector } from './vectors.ts';

export const categoryMethod = 'facets-1';

/**
 * Makes shares of scores that mean what they say: of articles with a share of 0.7, 0.7 are mainly about the topic.
 * Fitted by logistic regression on one half of a labelled set, seen to hold on the other.
 */
const sharpness = 2.5;

/** Two topics of one article share what there is; of those given at this line four of five are right. */
const minShare = 0.2;

/** Cosine to the nearest facet. What is no news has shares too, and is near to nothing. */
const minNearness = 0.2;

/** @param vector as the model gives it @returns the most probable topics first; none where nothing is near */
export function categoriesOf(vector: Vector, { mean, byTopic }: Facets): ArticleCategory[] {
  const text = centred(vector, mean);
  const shares = softmax(facetScores(text, byTopic).map((score) => score * sharpness));
  return taxonomy
    .map(({ id, facets }, at) => {
      const cosines = (byTopic[at] ?? []).map((facet) => dot(facet, text));
      const nearness = Math.max(...cosines);
      const facet = Object.keys(facets)[cosines.indexOf(nearness)] ?? '';
      return { topic: id, score: rounded(shares[at] ?? 0), facet, nearness };
    })
    .filter(({ score, nearness }) => score >= minShare && nearness >= minNearness)
    .toSorted((a, b) => b.score - a.score)
    .map(({ topic, score, facet }) => ({ topic, score, facet }));
}

/** To four digits: more would only be noise, and differ between processors. */
export const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
