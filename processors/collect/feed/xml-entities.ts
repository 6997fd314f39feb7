import { decodeHTMLStrict } from 'entities';

/** What a document type declaration may bring in by its entities, in characters. */
const maxDeclared = 200;
const maxEntityCharacters = 200;
const maxExpandedCharacters = 1_000_000;
/** A declaration that goes on for longer is none. */
const maxDoctypeCharacters = 200_000;

/** Resolves character references, as XML says and as publishers write them. */
export interface EntityDecoder {
  (text: string): string;
  /** True once an ampersand stood alone, or before a name that neither XML nor the document declares. */
  sawUndeclared: boolean;
}

/**
 * HTML's names count as declared. Entities that the document declares are texts: what they refer to is neither looked
 * up nor expanded again, so that none grows without end and none reads a file.
 */
export function entityDecoder(declared: ReadonlyMap<string, string>): EntityDecoder {
  let expanded = 0;
  const known = new Map(xmlNames);
  const named = (name: string): string | null => {
    const own = declared.get(name);
    if (own !== undefined) {
      expanded += own.length;
      return expanded > maxExpandedCharacters ? '' : own;
    }
    if (!xmlNames.has(name)) decode.sawUndeclared = true;
    const value = known.get(name);
    if (value !== undefined) return value;
    const reference = `&${name};`;
    const decoded = decodeHTMLStrict(reference);
    if (decoded === reference) return null;
    known.set(name, decoded);
    return decoded;
  };
  const one = (reference: string, hex: unknown, dec: unknown, name: unknown): string => {
    if (typeof hex === 'string') return characterOf(Number.parseInt(hex, 16));
    if (typeof dec === 'string') return characterOf(Number(dec));
    const value = typeof name === 'string' ? named(name) : null;
    if (value === null) decode.sawUndeclared = true;
    return value ?? reference;
  };
  const decode: EntityDecoder = Object.assign(
    (text: string): string => {
      if (!text.includes('&')) return text;
      return pieces(text)
        .map((piece) => piece.replace(/&(?:#x([\da-f]{1,8});|#(\d{1,10});|([a-z][a-z\d._-]{0,63});)?/gi, one))
        .join('');
    },
    { sawUndeclared: false },
  );
  return decode;
}

const pieceCharacters = 65_536;
const maxReferenceCharacters = 70;

/** One replacement in a text of megabytes would hold all its matches at once. No reference is cut in two. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const wanted = at + pieceCharacters;
    const ampersand = wanted < text.length ? text.lastIndexOf('&', wanted - 1) : -1;
    const end = ampersand > wanted - maxReferenceCharacters ? ampersand : wanted;
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** Numbers from 128 to 159 mean Windows-1252, as in browsers; what is no character becomes U+FFFD. */
function characterOf(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return decodeHTMLStrict(`&#${code};`);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}

const xmlNames: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** A document without its document type declaration, and the texts that this gives to entities. */
export interface WithoutDoctype {
  readonly xml: string;
  readonly declared: ReadonlyMap<string, string>;
}

export function takeDoctype(xml: string): WithoutDoctype {
  const start = /<!doctype\s/i.exec(xml.slice(0, maxDoctypeCharacters))?.index ?? -1;
  const end = start < 0 ? -1 : endOfDoctype(xml, start);
  if (end < 0) return { xml, declared: new Map() };
  return { xml: xml.slice(0, start) + xml.slice(end), declared: declaredEntities(xml.slice(start, end)) };
}

function endOfDoctype(xml: string, start: number): number {
  const last = Math.min(xml.length, start + maxDoctypeCharacters);
  let quote = '';
  let inSubset = false;
  for (let at = start; at < last; at += 1) {
    const character = xml.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') inSubset = true;
    else if (character === ']') inSubset = false;
    else if (character === '>' && !inSubset) return at + 1;
  }
  return -1;
}

function declaredEntities(doctype: string): Map<string, string> {
  const declared = new Map<string, string>();
  for (const [, name = '', double, single] of doctype.matchAll(/<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g)) {
    if (declared.size === maxDeclared) break;
    const text = double ?? single ?? '';
    // The first declaration of a name counts (XML 1.0, 4.2).
    if (text.length <= maxEntityCharacters && !declared.has(name)) declared.set(name, decodeHTMLStrict(text));
  }
  return declared;
}
