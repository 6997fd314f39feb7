import { foldName } from '../../../domain/fold-name.ts';
import { commonNewsWords, givenThatAreWords, titles } from './name-words.ts';
import { organizations } from './organizations.ts';
import { places } from './places.ts';

/** What a word or phrase may be; several at once. */
export interface Entry {
  readonly place: boolean;
  readonly demonym: boolean;
  readonly organization: boolean;
  readonly given: boolean;
  readonly family: boolean;
  readonly person: boolean;
  /** An ordinary word of English. */
  readonly common: boolean;
}

export interface Lexicon {
  /** @param phrase folded, words separated by one space */
  find(phrase: string): Entry | undefined;
  /** The most words of a name that begins with this word; 0 where none does. */
  longest(firstWord: string): number;
  isCommonEnglish(word: string): boolean;
}

let opened: Promise<Lexicon> | undefined;

/** Loaded once, at the first use: it takes some 25 MB, which processes without this stage need not spend. */
export function openLexicon(): Promise<Lexicon> {
  opened ??= load().catch((error: unknown) => {
    // The next article tries again.
    opened = undefined;
    throw error;
  });
  return opened;
}

const flags = ['place', 'demonym', 'organization', 'given', 'family', 'person', 'common'] as const;
type Flag = (typeof flags)[number];

const ofTag: Readonly<Record<string, Flag>> = {
  Country: 'place',
  City: 'place',
  Region: 'place',
  Place: 'place',
  Demonym: 'demonym',
  Organization: 'organization',
  SportsTeam: 'organization',
  MaleName: 'given',
  FemaleName: 'given',
  FirstName: 'given',
  LastName: 'family',
  Person: 'person',
};

async function load(): Promise<Lexicon> {
  const { default: nlp } = await import('compromise/two');
  const tagged = (nlp.model() as { one: { lexicon: Readonly<Record<string, string | readonly string[]>> } }).one
    .lexicon;
  // A bit for each flag: an object for each of some 100,000 phrases would take most of the memory.
  const masks = new Map<string, number>();
  const add = (phrase: string, flag: Flag) => {
    const key = foldName(phrase);
    if (key.length >= 2) masks.set(key, (masks.get(key) ?? 0) | (1 << flags.indexOf(flag)));
  };
  for (const [phrase, given] of Object.entries(tagged)) {
    const tags = typeof given === 'string' ? [given] : given;
    const named = tags.map((tag) => ofTag[tag]).filter((flag) => flag !== undefined);
    // An abbreviation such as "st" or "inc" is neither.
    if (named.length === 0 && !tags.includes('ProperNoun') && !tags.includes('Abbreviation')) named.push('common');
    for (const flag of named) if (!(flag === 'organization' && generic.has(phrase))) add(phrase, flag);
  }
  for (const place of places()) add(place, 'place');
  for (const name of organizations) add(name, 'organization');
  for (const word of commonNewsWords) add(word, 'common');
  for (const word of titles) add(word, 'common');
  for (const word of givenThatAreWords) {
    add(word, 'given');
    add(word, 'common');
  }

  const longest = new Map<string, number>();
  for (const phrase of masks.keys()) {
    const [first = '', ...rest] = phrase.split(' ');
    longest.set(first, Math.max(longest.get(first) ?? 0, rest.length + 1));
  }
  const find = (phrase: string) => entries[masks.get(phrase) ?? 0];
  return {
    find,
    longest: (first) => Math.min(longest.get(first) ?? 0, 6),
    isCommonEnglish: (word) => isCommon(word, find),
  };
}

/** By their bits; none for the phrase that is nothing. */
const entries: readonly (Entry | undefined)[] = Array.from({ length: 1 << flags.length }, (_, mask) =>
  mask === 0
    ? undefined
    : (Object.fromEntries(flags.map((flag, bit) => [flag, (mask & (1 << bit)) !== 0])) as Record<Flag, boolean>),
);

/** Names of firms that are words of every day. */
const generic = new Set([
  'a&w',
  'gap',
  'target',
  'shell',
  'visa',
  'subway',
  'apple',
  'amazon',
  'oracle',
  'sprint',
  'sharp',
  'era',
  'next',
  'mars',
]);

const endings = ['s', 'es', 'd', 'ed', 'ing', 'er', 'ers', 'ly', 'al', "'s"];
const commonEndings =
  /(?:[a-z]{3}(?:tion|sion|ment|ness|able|ible|ful|less|ous|ship|ance|ence|ology|ically|wards?)s?|[a-z]{4}(?:ing|edly|ists|ities|ized|ised|ations|ively))$/u;

function isCommon(word: string, find: Lexicon['find']): boolean {
  const entry = find(word);
  if (entry !== undefined) return entry.common;
  for (const ending of endings) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (stem.length < 3) continue;
    if (find(stem)?.common === true || find(`${stem}e`)?.common === true) return true;
    if (find(`${stem.slice(0, -1)}y`)?.common === true && stem.endsWith('i')) return true;
    if (stem.at(-1) === stem.at(-2) && find(stem.slice(0, -1))?.common === true) return true;
  }
  const parts = word.split('-');
  if (parts.length > 1) return parts.every((part) => part === '' || /^\d+$/u.test(part) || isCommon(part, find));
  return commonEndings.test(word);
}
