/** A share of word runs from which two texts that nobody marked are taken for one story published twice. */
const minShare = 0.8;

/** Counted, not estimated: whether one text holds most runs of three words of the other. */
export function isSameStory(a: string, b: string): boolean {
  const [runsOfA, runsOfB] = [runsOf(a), runsOf(b)];
  const shared = [...runsOfA].filter((run) => runsOfB.has(run)).length;
  return shared >= minShare * Math.min(runsOfA.size, runsOfB.size);
}

function runsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.slice(2).map((word, at) => `${words[at] ?? ''} ${words[at + 1] ?? ''} ${word}`));
}
