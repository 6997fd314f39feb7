import { stopWords } from '../../../domain/language-stop-words.ts';
import { foldName } from '../../../domain/fold-name.ts';
import type { Lexicon } from './lexicon.ts';
import type { Line } from './tokens.ts';

/** What the whole text says on its words. */
export interface Evidence {
  readonly language: string | null;
  readonly lexicon: Lexicon;
  readonly stops: ReadonlySet<string> | null;
  /** Words that are written small somewhere. */
  readonly small: ReadonlySet<string>;
  /** Words with a capital where none is due. */
  readonly names: ReadonlySet<string>;
  /** Last words behind given names: they stand for the person. */
  readonly surnames: ReadonlySet<string>;
}

/** Languages that write all nouns with a capital. */
export const nounsInCapitals = new Set(['de', 'lb']);

export function evidenceOf(lines: readonly Line[], language: string | null, lexicon: Lexicon): Evidence {
  const small = new Set<string>();
  const names = new Set<string>();
  const surnames = new Set<string>();
  for (const { tokens, style } of lines) {
    if (style !== 'sentence') continue;
    for (const [at, { shape, folded, startsSentence, joinsNext }] of tokens.entries()) {
      const next = tokens[at + 1];
      if (shape === 'capital' && joinsNext && next?.shape === 'capital' && lexicon.find(folded)?.given === true) {
        surnames.add(next.folded);
      }
      if (shape === 'lower') small.add(folded);
      else if ((shape === 'capital' || shape === 'upper') && !startsSentence) names.add(folded);
    }
  }
  return { language, lexicon, stops: foldedStops(language), small, names, surnames };
}

const foldedLists = new Map<string, ReadonlySet<string> | null>();

function foldedStops(language: string | null): ReadonlySet<string> | null {
  if (language === null) return null;
  let folded = foldedLists.get(language);
  if (folded === undefined) {
    const stops = stopWords(language);
    folded = stops === null ? null : new Set([...stops].map(foldName));
    foldedLists.set(language, folded);
  }
  return folded;
}
