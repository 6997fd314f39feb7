/**
 * Counts turns of the event loop, which does not depend on how fast the machine is: work that goes on in one piece
 * leaves none to others.
 */
export function countTurns(): { stop(): number } {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns += 1;
    next = setImmediate(count);
  }
  return {
    stop() {
      clearImmediate(next);
      return turns;
    },
  };
}
