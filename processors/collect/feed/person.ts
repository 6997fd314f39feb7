import type { WirePerson } from './wire.ts';
import { firstText, textOf, type XmlNode } from './xml-node.ts';

/** No name is that long; what is longer is not searched for addresses. */
const maxCharacters = 1_000;

/** "mail@example.org (Name)", "Name (mail@example.org)", "Name <mail@example.org>", a name, or an address. */
export function personOf(text: string): WirePerson | null {
  const line = text.slice(0, maxCharacters).replace(/\s+/g, ' ').trim();
  if (line === '') return null;
  const bracketed = /^(.*?)\s*[(<]([^()<>]+)[)>]$/.exec(line);
  const [, before = '', within = ''] = bracketed ?? [];
  if (isEmail(before)) return { name: within.trim(), email: before };
  if (isEmail(within.trim())) return { name: before === '' ? null : before, email: within.trim() };
  return isEmail(line) ? { name: null, email: line } : { name: line, email: null };
}

/** Atom's author: elements for name and address. Some feeds write a plain text instead, and in RSS that is the rule. */
export function personOfElement(node: XmlNode): WirePerson | null {
  const name = firstText(node, 'name', 'atom:name', 'itunes:name');
  const email = firstText(node, 'email', 'atom:email', 'itunes:email');
  if (name !== null || email !== null) return { name, email };
  const uri = firstText(node, 'uri', 'url', 'atom:uri');
  return uri === null ? personOf(textOf(node)) : { name: uri, email: null };
}

export function people(nodes: readonly XmlNode[]): WirePerson[] {
  return nodes.map(personOfElement).filter((person) => person !== null);
}

function isEmail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(text);
}
