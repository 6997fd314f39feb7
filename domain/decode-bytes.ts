/** What a document says of its own encoding lies in its first bytes. */
const declarationBytes = 4096;

const byteOrderMarks: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The text of an HTML or XML document. Its encoding is, in this order: what the byte order mark says, the charset of
 * the Content-Type header, the XML declaration or the meta element, UTF-8; and Windows-1252 where bytes are no UTF-8
 * and nobody says what else they are. Bytes that still cannot be read become U+FFFD.
 *
 * @param contentType the header's value, empty where there was none
 */
export function decodeDocument(bytes: Uint8Array, contentType: string): string {
  const mark = byteOrderMarks.find(([prefix]) => prefix.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined) return new TextDecoder(mark[1]).decode(bytes);
  const fromHeader = decoderName(/charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1]);
  const declared = declaredEncoding(bytes);
  if (fromHeader !== null && fromHeader !== 'utf-8') return new TextDecoder(fromHeader).decode(bytes);
  if (fromHeader === null && declared !== null && declared !== 'utf-8') return new TextDecoder(declared).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const said = [fromHeader, declared].filter((name) => name !== null);
    const other = said.find((name) => name !== 'utf-8') ?? (said.length > 0 ? 'utf-8' : 'windows-1252');
    return new TextDecoder(other).decode(bytes);
  }
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
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return null;
  }
}
