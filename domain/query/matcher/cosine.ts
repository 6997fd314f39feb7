/** Numbers of a vector that are summed before anybody looks whether it can still become enough. */
export const blockLength = 64;

/**
 * A part of the scalar product. Every cosine of the matcher is summed here, in one order and of numbers of 32 bits, so
 * that all come to the same last digit.
 *
 * @param values many vectors, one after the other
 * @param from where the vector begins
 * @param at where the block begins, in the vector
 */
export function dotOfBlock(values: Float32Array, from: number, other: Float32Array, at: number): number {
  const end = Math.min(at + blockLength, other.length);
  let [a, b, c, d] = [0, 0, 0, 0];
  let place = at;
  for (; place + 3 < end; place += 4) {
    a += (values[from + place] as number) * (other[place] as number);
    b += (values[from + place + 1] as number) * (other[place + 1] as number);
    c += (values[from + place + 2] as number) * (other[place + 2] as number);
    d += (values[from + place + 3] as number) * (other[place + 3] as number);
  }
  for (; place < end; place += 1) a += (values[from + place] as number) * (other[place] as number);
  return a + b + (c + d);
}

/** Of two vectors of unit length and one number of dimensions. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const [left, right] = [Float32Array.from(one), Float32Array.from(other)];
  let sum = 0;
  for (let at = 0; at < right.length; at += blockLength) sum += dotOfBlock(left, 0, right, at);
  return sum;
}

/** By block the length of what follows it: no product of the rests can be greater than the product of these. */
export function restsOf(vector: Float32Array): Float32Array {
  const rests = new Float32Array(Math.ceil(vector.length / blockLength));
  let sum = 0;
  for (let block = rests.length - 1; block >= 0; block -= 1) {
    rests[block] = Math.sqrt(sum);
    for (const value of vector.subarray(block * blockLength, (block + 1) * blockLength)) sum += value * value;
  }
  return rests;
}
