import type { Embedder } from '../../domain/embedding/embedder.ts';
import { taxonomy } from './taxonomy.ts';
import { centred, meanOf, unit, type Vector } from './vectors.ts';

/** The taxonomy as the model sees it. */
export interface Facets {
  /** Whose vectors can be compared with these. */
  readonly model: string;
  /** What all leads have in common. */
  readonly mean: Vector;
  /** By facet; centred, of unit length. */
  readonly byName: ReadonlyMap<string, Vector>;
  /** The facets of each topic of the taxonomy, in its order. */
  readonly byTopic: readonly (readonly Vector[])[];
}

/** Embeds the leads of the taxonomy: some two hundred sentences, about three seconds of one core. */
export async function embedFacets(embedder: Pick<Embedder, 'model' | 'embed'>): Promise<Facets> {
  const entries = taxonomy.flatMap(({ facets }) => Object.entries(facets));
  const vectors = await embedder.embed(entries.flatMap(([, leads]) => leads));
  const mean = meanOf(vectors);
  let at = 0;
  const byName = new Map<string, Vector>();
  for (const [name, leads] of entries) {
    const own = vectors.slice(at, at + leads.length).map((vector) => centred(vector, mean));
    byName.set(name, unit(meanOf(own)));
    at += leads.length;
  }
  return {
    model: embedder.model,
    mean,
    byName,
    byTopic: taxonomy.map(({ facets }) => Object.keys(facets).map((name) => byName.get(name) ?? [])),
  };
}
