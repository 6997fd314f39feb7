import { guessedEncoding } from './guessed-encoding.ts';

/** What a document says of its own encoding lies in its first bytes. */
const declarationBytes = 4096;

const byteOrderMarks: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The text of an HTML or XML document. Its encoding is, in this order: what the byte order mark says, UTF-16 that
 * begins with `<`, the charset of the Content-Type header, the XML declaration or the meta element, UTF-8. What bytes
 * prove goes before what is said: UTF-8 is no accident where an alphabet of one byte was announced, and bytes that are
 * no UTF-8 are of what else was announced, or of what they look like, or Windows-1252. Bytes that still cannot be read
 * become U+FFFD.
 *
 * @param contentType the header's value, empty where there was none
 */
export function decodeDocument(bytes: Uint8Array, contentType: string): string {
  const mark = byteOrderMarks.find(([prefix]) => prefix.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined) return new TextDecoder(mark[1]).decode(bytes);
  const wide = unmarkedUtf16(bytes);
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  const said = [decoderName(/charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1]), declaredEncoding(bytes)].filter(
    (name) => name !== null,
  );
  const [first] = said;
  if (first !== undefined && first !== 'utf-8' && !isOneByte(first)) return new TextDecoder(first).decode(bytes);
  const asUtf8 = strictUtf8(bytes);
  if (asUtf8 !== null) return isAscii(asUtf8) && first !== undefined ? new TextDecoder(first).decode(bytes) : asUtf8;
  const other = said.find((name) => name !== 'utf-8');
  if (other !== undefined) return new TextDecoder(other).decode(bytes);
  const text = new TextDecoder().decode(bytes);
  // A slip in what is UTF-8 otherwise, such as a character that was cut in two.
  if (said.length > 0 && isMostlyReadable(text)) return text;
  return new TextDecoder(guessedEncoding(bytes) ?? 'windows-1252').decode(bytes);
}

/** Alphabets of single bytes, in which the bytes of UTF-8 make no sense. */
function isOneByte(encoding: string): boolean {
  return /^(?:windows-125\d|iso-8859-\d+|macintosh|koi8-[ru])$/.test(encoding);
}

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[^\u0000-\u007f]/.test(text);
}

function isMostlyReadable(text: string): boolean {
  const unreadable = text.match(/\ufffd/g)?.length ?? 0;
  // oxlint-disable-next-line no-control-regex
  const foreign = text.match(/[^\u0000-\u007f]/g)?.length ?? 0;
  return foreign - unreadable >= unreadable;
}

/** `<` in two bytes, and a second character beside it: no other encoding begins so. */
function unmarkedUtf16(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return 'utf-16be';
  return a === 0x3c && b === 0 && c !== 0 && d === 0 ? 'utf-16le' : null;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, declarationBytes));
  const name =
    /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)/i.exec(head)?.[1] ??
    /<meta[^>]+charset\s*=\s*["']?([^\s"'/>;]+)/i.exec(head)?.[1];
  const decoder = decoderName(name);
  // Whoever could read the declaration byte by byte knows that it is not UTF-16.
  return decoder?.startsWith('utf-16') === true ? 'utf-8' : decoder;
}

function decoderName(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    const { encoding } = new TextDecoder(label.trim());
    // What the standard knows in order to refuse it.
    return encoding === 'replacement' ? null : encoding;
  } catch {
    return null;
  }
}
