/**
 * How probable so many are, or more, where `mean` are expected with such a variance: the upper tail of the negative
 * binomial distribution, of Poisson's where the variance is no greater than the mean.
 *
 * @param count not negative; fractions are taken down
 * @param mean above 0
 * @returns above 0, at most 1
 */
export function tailProbability(count: number, mean: number, variance: number): number {
  const least = Math.floor(count);
  if (least <= 0) return 1;
  const logOf = variance > mean * (1 + 1e-9) ? negativeBinomial(mean, variance) : poisson(mean);
  // Summed from the side that has fewer and smaller terms, so that nothing small is lost beside 1.
  if (least <= mean) {
    let below = 0;
    for (let k = 0; k < least; k += 1) below += Math.exp(logOf(k));
    return Math.min(1, Math.max(Number.MIN_VALUE, 1 - below));
  }
  let sum = 0;
  for (let k = least, steps = 0; steps < maxTerms; k += 1, steps += 1) {
    const term = Math.exp(logOf(k));
    sum += term;
    if (term < sum * 1e-9) break;
  }
  return Math.min(1, Math.max(Number.MIN_VALUE, sum));
}

const maxTerms = 20_000;

function poisson(mean: number): (k: number) => number {
  const logMean = Math.log(mean);
  return (k) => k * logMean - mean - logGamma(k + 1);
}

function negativeBinomial(mean: number, variance: number): (k: number) => number {
  const size = (mean * mean) / (variance - mean);
  const logSuccess = Math.log(size / (size + mean));
  const logFailure = Math.log(mean / (size + mean));
  const start = size * logSuccess - logGamma(size);
  return (k) => start + logGamma(k + size) - logGamma(k + 1) + k * logFailure;
}

/** Lanczos' approximation (g = 7, nine terms), for arguments above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const at = x - 1;
  let sum = lanczos[0] ?? 1;
  for (let i = 1; i < lanczos.length; i += 1) sum += (lanczos[i] ?? 0) / (at + i);
  const t = at + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];
