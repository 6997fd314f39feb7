import type { TopicDefinition } from '../../schemas/types.ts';
import type { Embedder } from '../../domain/embedding/embedder.ts';
import { rounded } from './categories.ts';
import { centred, dot, meanOf, unit, type Vector } from './vectors.ts';

export const ownTopicMethod = 'examples-2';

/** A topic of an organisation, ready to be compared with articles. */
export interface OwnTopic {
  readonly organizationId: string;
  readonly topicId: string;
  /** Centred; the middle of the examples and the description. */
  readonly middle: Vector;
  /** The likeness from which on an article is more likely to belong than not. */
  readonly threshold: number;
  readonly sayings: readonly { readonly text: string; readonly vector: Float32Array }[];
}

/**
 * Examples that are alike tell a narrow topic, and what belongs to it is as near as they are to each other; examples
 * that differ tell a broad one. Of more examples three are nearer by chance. The line was read off stories (narrow) and
 * headings (broad), of three to fifty examples.
 */
const broadThreshold = 0.04;
const thresholdByLikeness = 0.6;
const thresholdByCount = 0.04;

/** Of a description alone, or a single example, which say nothing of how broad the topic is. */
const lonelyThreshold = 0.3;

/** The nearest examples, which count as much as the middle of all: a broad topic has several middles. */
const nearestCounted = 3;

/** So far below the line nothing belongs by its nearest examples, and they are not looked at. */
const outOfReach = 0.15;

/** By how much of a cosine the odds change e-fold. */
const steepness = 0.06;

export const maxExamples = 50;
const maxCharacters = 2_000;
const shownCharacters = 120;

/**
 * @param mean what news has in common
 * @returns null for a topic that says nothing
 */
export async function openOwnTopic(
  { organization_id, topic_id, name, description, examples }: TopicDefinition,
  embedder: Pick<Embedder, 'embed'>,
  mean: Vector,
): Promise<OwnTopic | null> {
  const texts = [...(description === null ? [] : [`${name}. ${description}`]), ...examples]
    .map((text) => text.slice(0, maxCharacters))
    .filter((text) => text.trim() !== '')
    .slice(0, maxExamples + 1);
  if (texts.length === 0) return null;
  const vectors = (await embedder.embed(texts)).map((vector) => centred(vector, mean));
  const middle = meanOf(vectors);
  return {
    organizationId: organization_id,
    topicId: topic_id,
    middle: unit(middle),
    threshold: thresholdOf(vectors.length, dot(middle, middle)),
    // Four bytes a number are precise enough, and an organisation may have 5,000 examples.
    sayings: texts.map((text, at) => ({
      text: text.slice(0, shownCharacters),
      vector: Float32Array.from(vectors[at] ?? []),
    })),
  };
}

/** @param squared length of the mean of `count` unit vectors, from which their mean cosine to each other follows */
function thresholdOf(count: number, squared: number): number {
  if (count < 2) return lonelyThreshold;
  const likeness = (count * squared - 1) / (count - 1);
  return broadThreshold + thresholdByLikeness * Math.max(0, likeness) + thresholdByCount * Math.log(count);
}

/** @param text centred */
function likenessTo(text: Vector, { middle, threshold, sayings }: OwnTopic): number {
  const toMiddle = dot(middle, text);
  if (toMiddle < threshold - outOfReach) return toMiddle;
  const nearest = sayings
    .map(({ vector }) => dot(vector, text))
    .toSorted((a, b) => b - a)
    .slice(0, nearestCounted);
  return (toMiddle + nearest.reduce((sum, cosine) => sum + cosine, 0) / nearest.length) / 2;
}

/**
 * @param text centred
 * @returns 0 to 1; from 0.5 on it belongs
 */
export function scoreOf(text: Vector, topic: OwnTopic): number {
  return 1 / (1 + Math.exp((topic.threshold - likenessTo(text, topic)) / steepness));
}

/**
 * @param text centred
 * @returns 0.5 to 1 and what it is nearest to; null where it does not belong
 */
export function matchOf(text: Vector, topic: OwnTopic): { readonly score: number; readonly nearest: string } | null {
  const score = scoreOf(text, topic);
  if (score < 0.5) return null;
  const cosines = topic.sayings.map(({ vector }) => dot(vector, text));
  return { score: rounded(score), nearest: topic.sayings[cosines.indexOf(Math.max(...cosines))]?.text ?? '' };
}
