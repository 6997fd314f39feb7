/**
 * Sentence vectors from token vectors as the model was trained: the mean over the tokens that are no padding, then
 * unit length (L2). Source: the model card of sentence-transformers/all-MiniLM-L6-v2.
 *
 * @param hidden token vectors of all sequences, [sequences, width, dimensions] in one array
 * @param lengths tokens of each sequence that are no padding
 * @param width tokens of each sequence with padding
 * @returns one vector of unit length a sequence
 */
export function meanPool(
  hidden: Float32Array,
  lengths: readonly number[],
  width: number,
  dimensions: number,
): Float32Array[] {
  return lengths.map((length, sequence) => {
    const mean = new Float32Array(dimensions);
    const start = sequence * width * dimensions;
    for (let token = 0; token < length; token += 1) {
      const at = start + token * dimensions;
      for (let d = 0; d < dimensions; d += 1) mean[d] = (mean[d] ?? 0) + (hidden[at + d] ?? 0);
    }
    // The division by the number of tokens falls away in the normalisation.
    let squares = 0;
    for (const value of mean) squares += value * value;
    const norm = Math.sqrt(squares) || 1;
    for (let d = 0; d < dimensions; d += 1) mean[d] = (mean[d] ?? 0) / norm;
    return mean;
  });
}
