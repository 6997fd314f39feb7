import { dot, type Vector } from './vectors.ts';

/**
 * How near a text must be to one facet for it to outweigh the others of its topic: cosines that differ by less count
 * together.
 */
const temperature = 0.1;

/**
 * How near a text is to each topic: the cosines to the topic's facets in a soft maximum, so that a text need be near one
 * of them only, and one that is near several counts more. A topic of many facets has more chances; the square root of
 * their number takes that off again.
 *
 * @param text centred, of unit length
 * @param topics the facets of each topic, centred, of unit length; at least one each
 * @returns one score a topic, about -3 to 8
 */
export function facetScores(text: Vector, topics: readonly (readonly Vector[])[]): readonly number[] {
  return topics.map((facets) => {
    const sum = facets.reduce((total, facet) => total + Math.exp(dot(facet, text) / temperature), 0);
    return Math.log(sum / Math.sqrt(facets.length));
  });
}
