import { dot, type Vector } from './vectors.ts';

export interface Example {
  /** Centred, of unit length. */
  readonly vector: Vector;
  /** Index of its topic. */
  readonly topic: number;
}

/** Of the weights, per example's share: chosen on halves of sets, with little difference from a third to three times. */
const shrinkage = 0.003;
const rounds = 200;
const step = 3;
const momentum = 0.9;

/** What the scores of the facets count beside the examples: fifty examples a topic outweigh them, five do not. */
const priorWeight = 0.5;

/**
 * Multinomial logistic regression with shrunken weights, by gradient descent with momentum from zero: the same examples
 * give the same weights. Each topic counts the same however many examples it has.
 *
 * @param examples at least one of each topic
 * @returns one score a topic (log odds but for a constant) for a centred vector
 */
export function learnTopics(examples: readonly Example[], topics: number): (text: Vector) => readonly number[] {
  const dimensions = examples[0]?.vector.length ?? 0;
  const counts = Array.from({ length: topics }, (_, topic) => examples.filter((one) => one.topic === topic).length);
  const matrix = () => Array.from({ length: topics }, () => new Float64Array(dimensions));
  const weights = matrix();
  const speeds = matrix();
  const biases = new Float64Array(topics);
  const scores = (text: Vector): number[] => weights.map((weight, topic) => dot(weight, text) + (biases[topic] ?? 0));

  for (let round = 0; round < rounds; round += 1) {
    const slopes = matrix();
    const biasSlopes = new Float64Array(topics);
    for (const { vector, topic } of examples) {
      const share = 1 / (topics * (counts[topic] ?? 1));
      for (const [at, probability] of softmax(scores(vector)).entries()) {
        const error = (probability - (at === topic ? 1 : 0)) * share;
        const slope = slopes[at] ?? new Float64Array();
        biasSlopes[at] = (biasSlopes[at] ?? 0) + error;
        for (let d = 0; d < dimensions; d += 1) slope[d] = (slope[d] ?? 0) + error * (vector[d] ?? 0);
      }
    }
    for (const [at, weight] of weights.entries()) {
      const speed = speeds[at] ?? new Float64Array();
      for (let d = 0; d < dimensions; d += 1) {
        const slope = (slopes[at]?.[d] ?? 0) + shrinkage * (weight[d] ?? 0);
        speed[d] = momentum * (speed[d] ?? 0) - step * slope;
        weight[d] = (weight[d] ?? 0) + (speed[d] ?? 0);
      }
      biases[at] = (biases[at] ?? 0) - (biasSlopes[at] ?? 0);
    }
  }
  return scores;
}

/** What the examples say, and what the facets say beside them. */
export function withPrior(learned: readonly number[], facets: readonly number[]): readonly number[] {
  return learned.map((score, topic) => score + priorWeight * (facets[topic] ?? 0));
}

export function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
