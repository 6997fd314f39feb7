import type { Entity, EntityType } from '../../../schemas/types.ts';
import { entityKey } from './key.ts';
import type { Mention } from './mentions.ts';

/** More are not kept: an article that names more is a list. */
const maxEntities = 50;

/** Names that are looked at, in the order of the text: each is compared with each. */
const maxGroups = 300;

interface Group {
  readonly key: string;
  readonly words: readonly string[];
  readonly firstAt: number;
  readonly mentions: Mention[];
}

/**
 * Makes entities of mentions: one for all spellings of a name, with its short forms: a person's last or first name, a
 * firm's first word, initials. A short form that could be of several is of the one named last before it.
 *
 * @param text that the mentions are of
 */
export function mergeMentions(mentions: readonly Mention[], text: string): readonly Entity[] {
  const keys = new Map<string, string>();
  const keyOf = (name: string) => {
    const key = keys.get(name) ?? entityKey(name);
    keys.set(name, key);
    return key;
  };
  const groups = new Map<string, Group>();
  for (const mention of mentions) {
    const key = keyOf(mention.text);
    if (key.length < 2) continue;
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size === maxGroups) continue;
      group = { key, words: key.split(' '), firstAt: mention.start, mentions: [] };
      groups.set(key, group);
    }
    group.mentions.push(mention);
  }
  const explained = explainedAcronyms(mentions, text, keyOf);
  const all = [...groups.values()];
  const target = new Map<Group, Group>();
  for (const group of all) {
    const longer = all.filter((other) => other !== group && isShortFor(group, other, explained));
    if (longer.length > 0) target.set(group, nearestBefore(longer, group.firstAt));
  }
  for (const group of all) {
    let whole = target.get(group);
    if (whole === undefined) continue;
    // "ECB" for "European Bank" for "European Central Bank"; a ring cannot be, the form at each step is longer.
    for (let step = 0; step < 5; step += 1) whole = target.get(whole) ?? whole;
    whole.mentions.push(...group.mentions);
    groups.delete(group.key);
  }
  return [...groups.values()]
    .map((group) => ({ group, entity: entityOf(group, keyOf) }))
    .toSorted((a, b) => b.entity.count - a.entity.count || a.group.firstAt - b.group.firstAt)
    .slice(0, maxEntities)
    .map(({ entity }) => entity);
}

/** "European Central Bank (ECB)", "Europäische Zentralbank (EZB)": the short form's key with the long one's. */
function explainedAcronyms(
  mentions: readonly Mention[],
  text: string,
  keyOf: (name: string) => string,
): ReadonlyMap<string, string> {
  const explained = new Map<string, string>();
  for (const [at, mention] of mentions.entries()) {
    const next = mentions[at + 1];
    if (next === undefined || !/^\p{Lu}[\p{Lu}\p{N}&.-]{1,9}$/u.test(next.text)) continue;
    if (
      !/^ ?\( ?["“„]?$/u.test(text.slice(mention.end, next.start)) ||
      !/^["”“]? ?\)/u.test(text.slice(next.end, next.end + 3))
    )
      continue;
    const long = keyOf(mention.text);
    if (hasLettersInOrder(long, next.text.toLowerCase())) explained.set(keyOf(next.text), long);
  }
  return explained;
}

function hasLettersInOrder(long: string, short: string): boolean {
  let at = -1;
  for (const letter of short.replaceAll(/[^\p{L}]/gu, '')) {
    at = long.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return long.startsWith(short[0] ?? '');
}

function isShortFor(group: Group, other: Group, explained: ReadonlyMap<string, string>): boolean {
  if (explained.get(group.key) === other.key) return true;
  if (other.words.length <= group.words.length) return false;
  const type = typeOf(other.mentions);
  const own = typeOf(group.mentions);
  const last = other.words.at(-1);
  if (group.words.length === 1) {
    const isKnownPlace = own.type === 'place' && own.confidence > 0.8;
    if (type.type === 'person')
      return !isKnownPlace && own.type !== 'other' && (group.key === last || group.key === other.words[0]);
    if (type.type !== 'organization' || isKnownPlace || own.type === 'other') return false;
    if (initials(other.words) === group.key && /^\p{Lu}+$/u.test(group.mentions[0]?.text.replaceAll('.', '') ?? ''))
      return true;
    return group.key === other.words[0] && group.key.length > 3;
  }
  // "Angela Merkel" for "Angela Dorothea Merkel", "George Bush" for "George W. Bush".
  return type.type === 'person' && group.words[0] === other.words[0] && group.words.at(-1) === last;
}

const initials = (words: readonly string[]) =>
  words
    .filter((word) => !['of', 'the', 'for', 'and', 'de', 'des', 'du', 'la'].includes(word))
    .map((word) => word[0])
    .join('');

function nearestBefore(groups: readonly Group[], position: number): Group {
  const before = groups.filter(({ firstAt }) => firstAt <= position).toSorted((a, b) => b.firstAt - a.firstAt);
  return (before[0] ?? groups.toSorted((a, b) => a.firstAt - b.firstAt)[0]) as Group;
}

function typeOf(mentions: readonly Mention[]): { readonly type: EntityType; readonly confidence: number } {
  const votes = new Map<EntityType, number>();
  for (const { type, confidence } of mentions) votes.set(type, (votes.get(type) ?? 0) + confidence);
  const [type, weight] = [...votes].toSorted(([, a], [, b]) => b - a)[0] ?? ['other', 0];
  return { type, confidence: weight / mentions.length };
}

function entityOf({ key, mentions }: Group, keyOf: (name: string) => string): Entity {
  const own = mentions.filter(({ text }) => keyOf(text) === key);
  const { type, confidence } = typeOf(own);
  const surfaces = new Map<string, number>();
  // A headline in capitals says least on how a name is written.
  for (const { text } of own)
    surfaces.set(text, (surfaces.get(text) ?? 0) + (text.length > 4 && text === text.toUpperCase() ? 0.1 : 1));
  const [name] = [...surfaces].toSorted(([a, m], [b, n]) => n - m || b.length - a.length)[0] ?? [key];
  // Named again and again, a name is less likely a mistake.
  const certain = Math.min(0.99, confidence + 0.03 * Math.log2(mentions.length));
  return {
    key,
    name: name.replaceAll(/\s+/gu, ' ').slice(0, 200),
    type,
    count: mentions.length,
    confidence: Math.round(certain * 100) / 100,
  };
}
