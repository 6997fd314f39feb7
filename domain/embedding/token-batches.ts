/**
 * Groups token sequences of similar length, so that little is computed on padding: measured on one core, 16 sentences
 * at once run twice as fast as one by one, while texts of full length gain nothing from company.
 *
 * @param lengths tokens of each sequence
 * @param maxTokens bound for (sequences × longest sequence) of a group; a longer sequence is a group of its own
 * @returns groups of indexes into `lengths`
 */
export function groupByLength(lengths: readonly number[], maxTokens: number): number[][] {
  const shortestFirst = lengths.map((_, index) => index).toSorted((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  const groups: number[][] = [];
  let group: number[] = [];
  for (const index of shortestFirst) {
    // Sorted: the newcomer is the longest, and so gives the width of the group.
    if (group.length > 0 && (group.length + 1) * (lengths[index] ?? 0) > maxTokens) {
      groups.push(group);
      group = [];
    }
    group.push(index);
  }
  return group.length > 0 ? [...groups, group] : groups;
}
