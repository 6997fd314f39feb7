import type { Embedder } from '../../domain/embedding/embedder.ts';
import { taxonomy } from './taxonomy.ts';
import { centred, meanOf, unit, type Vector } from './vectors.ts';

/** The taxonomy as the model sees it. */
export interface Facets {
  /** Whose vectors can be compared with these. */
  readonly model: string;
  /** What all leads have in common. */
  readonly mean: Vector;
  /** The facets of each topic of the taxonomy, in its order; centred, of unit length. */
  readonly byTopic: readonly (readonly Vector[])[];
}

/** Embeds the leads of the taxonomy: some two hundred sentences, about three seconds of one core. */
export async function embedFacets(embedder: Pick<Embedder, 'model' | 'embed'>): Promise<Facets> {
  const leadsByTopic = taxonomy.map(({ facets }) => Object.values(facets));
  const vectors = await embedder.embed(leadsByTopic.flat(2));
  const mean = meanOf(vectors);
  let at = 0;
  const facetOf = (leads: readonly string[]): Vector => {
    const own = vectors.slice(at, at + leads.length).map((vector) => centred(vector, mean));
    at += leads.length;
    return unit(meanOf(own));
  };
  return { model: embedder.model, mean, byTopic: leadsByTopic.map((facets) => facets.map(facetOf)) };
}
