/**
 * A sentence vector from token vectors as the model was trained: the mean over the tokens, then unit length (L2).
 * Source: the model card of sentence-transformers/all-MiniLM-L6-v2.
 *
 * @param hidden vectors of the tokens, one behind the other
 * @returns a vector of unit length
 */
export function meanPool(hidden: Float32Array, dimensions: number): Float32Array {
  const mean = new Float32Array(dimensions);
  // The division by the number of tokens falls away in the normalisation.
  for (const [at, value] of hidden.entries()) {
    const dimension = at % dimensions;
    mean[dimension] = (mean[dimension] ?? 0) + value;
  }
  const norm = Math.hypot(...mean) || 1;
  return mean.map((value) => value / norm);
}
