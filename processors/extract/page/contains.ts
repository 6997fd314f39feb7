/**
 * Whether a text stands in another. Unlike String.includes it takes linear time on every text (Knuth, Morris, Pratt 1977):
 * where a page repeats one letter, the engine's own search compares nearly all of the part at each place.
 */
export function contains(whole: string, part: string): boolean {
  if (part.length > whole.length) return false;
  if (part.length < short) return whole.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < whole.length; at += 1) {
    const code = whole.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched += 1;
    if (matched === part.length) return true;
  }
  return false;
}

/** Characters: of so few the engine compares no more at each place. */
const short = 64;

/** Of each beginning, the length of the longest shorter one that it also ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at += 1) {
    const code = part.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched += 1;
    borders[at] = matched;
  }
  return borders;
}
