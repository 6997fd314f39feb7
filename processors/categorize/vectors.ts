export type Vector = ArrayLike<number>;

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** @param vectors at least one, all of one length */
export function meanOf(vectors: readonly Vector[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let at = 0; at < mean.length; at += 1) mean[at] = (mean[at] ?? 0) + (vector[at] ?? 0) / vectors.length;
  }
  return mean;
}

export function unit(vector: Vector): Float64Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  const result = new Float64Array(vector.length);
  for (let at = 0; at < result.length; at += 1) result[at] = (vector[at] ?? 0) / length;
  return result;
}

/**
 * What a text says beside what all news has in common: the mean is taken off, then the length is made one again. Vectors
 * of news lie close together; what tells them apart is small, and grows by this.
 */
export function centred(vector: Vector, mean: Vector): Float64Array {
  const rest = new Float64Array(vector.length);
  for (let at = 0; at < rest.length; at += 1) rest[at] = (vector[at] ?? 0) - (mean[at] ?? 0);
  return unit(rest);
}
