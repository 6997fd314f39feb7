import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { facetScores } from '../../../processors/categorize/facet-scores.ts';
import type { Facets } from '../../../processors/categorize/facets.ts';
import { taxonomy } from '../../../processors/categorize/taxonomy.ts';
import { centred, type Vector } from '../../../processors/categorize/vectors.ts';
import { facetsOfLabels } from './label-names.ts';

/** The topics of a set without examples. */
export interface DescribedTopics {
  /** How each topic is described: names of facets, or sentences. */
  readonly describedBy: readonly (readonly string[])[];
  /** One score a topic, by the scores of categories, from a text's vector as the model gives it. */
  readonly scores: (vector: Vector) => readonly number[];
}

/**
 * A topic with a known name has the facets of that name; one with a definition, or with a name that is not known, is
 * described by that text.
 *
 * @param definitions by topic
 */
export async function describeTopics(
  topics: readonly string[],
  definitions: ReadonlyMap<string, readonly string[]>,
  { embedder, facets: { mean, byTopic } }: { embedder: Pick<Embedder, 'embed'>; facets: Facets },
): Promise<DescribedTopics> {
  const byName = new Map(
    taxonomy.flatMap(({ facets }, at) => Object.keys(facets).map((name, n) => [name, byTopic[at]?.[n] ?? []])),
  );
  const known = facetsOfLabels(topics.map((topic) => (definitions.has(topic) ? '' : topic)));
  const describedBy: (readonly string[])[] = [];
  const facets: (readonly Vector[])[] = [];
  for (const [at, topic] of topics.entries()) {
    const names = known[at] ?? [];
    const sentences = definitions.get(topic) ?? [topic, `News about ${topic}.`];
    describedBy.push(names.length > 0 ? names : sentences);
    facets.push(
      names.length > 0
        ? names.map((name) => byName.get(name) ?? [])
        : (await embedder.embed(sentences)).map((vector) => centred(vector, mean)),
    );
  }
  return { describedBy, scores: (vector) => facetScores(centred(vector, mean), facets) };
}
