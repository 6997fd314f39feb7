/** Controls that no store or terminal should get: all of C0 but tab and the line ends, and DEL. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Text that every store can hold: without NUL and other controls, lone surrogates replaced by U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(controls, '').toWellFormed();
}

/** One line: white space folded to single spaces. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** The beginning of a text, not cut within a character. */
export function capped(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '');
}

/** As much of a text as fits into so many bytes of UTF-8, not cut within a character. */
export function cappedBytes(text: string, maxBytes: number): string {
  // A character of JavaScript has three bytes of UTF-8 at most.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
