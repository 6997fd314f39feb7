/** Deeper than anything the APIs take. What checks or writes JSON walks it recursively. */
export const maxNesting = 64;

/** Level by level, without recursion: JSON.parse takes nesting of any depth. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value];
  for (let at = 0; level.length > 0; at += 1) {
    if (at > depth) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
