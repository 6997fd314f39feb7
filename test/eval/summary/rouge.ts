/** Precision, recall and their harmonic mean. */
export interface Overlap {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * ROUGE-N of two lists of stems (C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", 2004): n-grams
 * in common, each as often as it is in both.
 */
export function rougeN(found: readonly string[], reference: readonly string[], n: number): Overlap {
  const own = countsOf(found, n);
  const other = countsOf(reference, n);
  let common = 0;
  for (const [gram, count] of own) common += Math.min(count, other.get(gram) ?? 0);
  return overlap(common, Math.max(0, found.length - n + 1), Math.max(0, reference.length - n + 1));
}

/** ROUGE-L of two lists of stems: the longest sequence that is in both, with gaps. */
export function rougeL(found: readonly string[], reference: readonly string[]): Overlap {
  let previous = new Uint32Array(reference.length + 1);
  for (const stem of found) {
    const row = new Uint32Array(reference.length + 1);
    for (let at = 1; at <= reference.length; at += 1) {
      row[at] =
        reference[at - 1] === stem ? (previous[at - 1] ?? 0) + 1 : Math.max(previous[at] ?? 0, row[at - 1] ?? 0);
    }
    previous = row;
  }
  return overlap(previous[reference.length] ?? 0, found.length, reference.length);
}

function overlap(common: number, found: number, reference: number): Overlap {
  if (common === 0) return { precision: 0, recall: 0, f1: 0 };
  const precision = common / found;
  const recall = common / reference;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

function countsOf(stems: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= stems.length; at += 1) {
    const gram = stems.slice(at, at + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}
