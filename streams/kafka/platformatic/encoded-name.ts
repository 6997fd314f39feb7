const encodedNames = new Map<string, Buffer>();
const maxNames = 1_000;

/** A header's name as bytes. All records have headers of the same few names. */
export function encodedName(name: string): Buffer {
  let encoded = encodedNames.get(name);
  if (encoded !== undefined) return encoded;
  if (encodedNames.size >= maxNames) encodedNames.clear();
  encoded = Buffer.from(name);
  encodedNames.set(name, encoded);
  return encoded;
}
