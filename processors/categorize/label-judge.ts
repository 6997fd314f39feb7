import type { Embedder } from '../../domain/embedding/embedder.ts';
import { facetScores } from './facet-scores.ts';
import { embedFacets } from './facets.ts';
import { type Example, learnTopics, withPrior } from './few-shot.ts';
import { facetsOfLabels } from './label-names.ts';
import { centred, type Vector } from './vectors.ts';

/** What tells one of several given topics, each text exactly one of them. */
export interface LabelJudge {
  /** How each topic is described: names of facets, or sentences. */
  readonly describedBy: readonly (readonly string[])[];
  /** One score a topic, from a text's vector as the model gives it. */
  readonly score: (vector: Vector) => readonly number[];
  /** The same with what examples teach: indexes of topics and the vectors of texts. */
  learn(examples: readonly Example[]): (vector: Vector) => readonly number[];
}

/**
 * A topic with a known name has the facets of that name; one with a definition, or with a name that is not known, is
 * described by that text.
 *
 * @param definitions by topic
 */
export async function openLabelJudge(
  embedder: Pick<Embedder, 'model' | 'embed'>,
  topics: readonly string[],
  definitions: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<LabelJudge> {
  const { mean, byName } = await embedFacets(embedder);
  const known = facetsOfLabels(topics.map((topic) => (definitions.has(topic) ? '' : topic)));
  const described: (readonly string[])[] = [];
  const facets: (readonly Vector[])[] = [];
  for (const [at, topic] of topics.entries()) {
    const names = known[at] ?? [];
    const sentences = definitions.get(topic) ?? [topic, `News about ${topic}.`];
    described.push(names.length > 0 ? names : sentences);
    facets.push(
      names.length > 0
        ? names.map((name) => byName.get(name) ?? [])
        : (await embedder.embed(sentences)).map((vector) => centred(vector, mean)),
    );
  }
  const score = (vector: Vector): readonly number[] => facetScores(centred(vector, mean), facets);
  return {
    describedBy: described,
    score,
    learn(examples) {
      const learned = learnTopics(
        examples.map(({ vector, topic }) => ({ vector: centred(vector, mean), topic })),
        topics.length,
      );
      return (vector) => withPrior(learned(centred(vector, mean)), score(vector));
    },
  };
}
