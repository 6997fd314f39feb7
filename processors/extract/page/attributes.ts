export interface Attribute {
  readonly name: string;
  readonly value: string;
  cloneNode(): Attribute;
}

/** Characters. */
const longestAddress = 2_000;

/**
 * Attributes as a DOM gives them. Readability looks for addresses of pictures in their values, by patterns that take
 * quadratic time: what is too long for an address is left empty.
 */
export function attributesOf(values: ReadonlyMap<string, string>): readonly Attribute[] {
  return [...values].map(([name, value]) => attributeOf(name, value.length > longestAddress ? '' : value));
}

function attributeOf(name: string, value: string): Attribute {
  return { name, value, cloneNode: () => attributeOf(name, value) };
}
