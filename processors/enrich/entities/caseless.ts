import type { Mention } from './mentions.ts';
import { countryNames } from './places.ts';

/** Languages of scripts without capitals; of those that write no spaces, any place in the text may begin a name. */
const withSpaces = new Set('ar fa he ur hi bn ta te mr gu kn ml pa ne si am ko ka ps ckb yi'.split(' '));
const withoutSpaces = new Set('ja zh th my km lo'.split(' '));

const patterns = new Map<string, RegExp>();

export const isCaseless = (language: string | null): language is string =>
  language !== null && (withSpaces.has(language) || withoutSpaces.has(language));

/** Nothing in these scripts tells names from words: countries are what can be told for sure. */
export function findCountries(text: string, language: string): readonly Mention[] {
  let pattern = patterns.get(language);
  if (pattern === undefined) {
    const names = [...countryNames(language)]
      .map(([name]) => name)
      .toSorted((a, b) => b.length - a.length)
      .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`));
    // Endings of cases and prefixed articles may follow and precede; a name within a word is none.
    pattern = new RegExp(
      withSpaces.has(language) ? `(?<!\\p{L}{2})(?:${names.join('|')})(?!\\p{L}{3})` : names.join('|'),
      'gu',
    );
    patterns.set(language, pattern);
  }
  return [...text.matchAll(pattern)].map(({ 0: name, index }) => ({
    start: index,
    end: index + name.length,
    text: name,
    type: 'place',
    confidence: 0.8,
  }));
}
