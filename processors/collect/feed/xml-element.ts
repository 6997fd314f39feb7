/** An element as xml2js gives it: text alone, or text, attributes and children by name. */
export type XmlElement = string | XmlNode;
interface XmlNode {
  readonly _?: string;
  readonly $?: Readonly<Record<string, string>>;
  readonly [child: string]: unknown;
}

/** All elements of that name; the wire may hold anything, so the shape is checked here. */
export function elements(parent: unknown, name: string): XmlElement[] {
  if (!isNode(parent) || !Object.hasOwn(parent, name)) return [];
  const found = parent[name];
  const list: unknown[] = Array.isArray(found) ? found : [found];
  return list.filter((element): element is XmlElement => typeof element === 'string' || isNode(element));
}

/** The first text that one of these names has, and that is not empty. */
export function firstText(parent: unknown, ...names: readonly string[]): string | null {
  return texts(parent, ...names)[0] ?? null;
}

export function texts(parent: unknown, ...names: readonly string[]): string[] {
  return names
    .flatMap((name) => elements(parent, name))
    .map(textOf)
    .filter((text) => text.trim() !== '');
}

export function textOf(element: XmlElement): string {
  if (typeof element === 'string') return element;
  return typeof element._ === 'string' ? element._ : '';
}

export function attribute(element: unknown, name: string): string | null {
  const attributes = isNode(element) ? element.$ : undefined;
  const value = isNode(attributes) && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

function isNode(value: unknown): value is XmlNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
