import { stopWords } from '../../domain/language-stop-words.ts';

/** What a headline and its entities are compared by. */
export interface Term {
  /** A folded word, or an entity's key behind an @. */
  readonly term: string;
  /** What sharing it counts for, before its rarity. */
  readonly weight: number;
}

const maxTitleCharacters = 300;
const maxWords = 24;
const maxEntities = 5;

/** An entity from the text says less of what an article is about than a word that its headline chose. */
const entityWeight = 0.5;

/** Scripts that put no spaces between words: two neighbouring letters stand for a word. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Frequent in English headlines. Later on rarity does this work too. */
const frequent = new Set(
  `the an of to in on for and is at by with from as its it be been has have had will after that this are was were new how
  what why who his her says said not but more most your you over out up down about into than could would may can should
  their they he she we us our all no or if so just now do does did get gets got one two off when where which while amid
  per via vs here there these those some any first last year day today week video photos live update updates news
  watch report`.split(/\s+/u),
);

/**
 * The terms of an article, each once: words of its headline, and its first entities.
 *
 * @param entities keys, the most frequent first
 * @param language ISO 639-1
 */
export function termsOf(
  title: string,
  entities: readonly string[] = [],
  language: string | null = null,
): readonly Term[] {
  const words = new Set<string>();
  const isEnglish = language === null || language === 'en';
  const empty = (isEnglish ? null : stopWords(language)) ?? frequent;
  for (const [run] of title
    .slice(0, maxTitleCharacters)
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.size >= maxWords) break;
    if (unspaced.test(run)) for (const pair of pairsOf(run)) words.add(pair);
    else if (run.length > 1 && !empty.has(run) && (isEnglish || !/^\d+$/u.test(run))) words.add(singular(run));
  }
  const isNamed = (key: string) => key.split(/\s+/u).every((word) => words.has(singular(word.toLowerCase())));
  return [
    ...[...words].slice(0, maxWords).map((term) => ({ term, weight: 1 })),
    // The headline's words count for those that it names; they are counted all the same, for the story's entities.
    ...entities.slice(0, maxEntities).map((key) => ({ term: `@${key}`, weight: isNamed(key) ? 0 : entityWeight })),
  ];
}

function pairsOf(run: string): readonly string[] {
  const letters = Array.from(run);
  return letters.length === 1 ? letters : letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`);
}

/** Enough for headlines: "banks" and "bank" are one word, "less" and "loss" stay. */
function singular(word: string): string {
  return word.length > 4 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
