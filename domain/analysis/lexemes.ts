import { stemmedAs, type Stemmer, stemmers } from './stemmers.ts';
import { folded } from './tokens.ts';

/**
 * What a word is found by. "Häuser" of a German text is `de:haus`: the mark keeps it from the stem of a word of another
 * language that is spelled alike. Words that no stemmer of the text's language knows, and numbers, are without a mark.
 *
 * With accents two stems may come of a word, one of the word as it is and one of it without accents; a text has both, so
 * that it is found by whoever writes none.
 */
export interface WordForms {
  /**
   * @param piece of `forEachPiece`, not of a script without spaces
   * @returns one or two lexemes; none for a word without letters or digits
   */
  (piece: string): readonly string[];
}

/** Some 100 bytes each. A text repeats its words, and texts repeat each other's. */
const rememberedWords = 10_000;

const forms = new Map<string | null, WordForms>();

/** The lexemes of words in a text of that language. */
export function formsIn(language: string | null): WordForms {
  const stemmed = stemmedAs(language);
  let known = forms.get(stemmed);
  if (known === undefined) {
    known = remembered((piece) => lexemesOf(piece, stemmed));
    forms.set(stemmed, known);
  }
  return known;
}

/** The lexemes of a word in whatever language: what a query looks for. */
export const formsInAny: WordForms = remembered((piece) => {
  const any = new Set<string>([folded(piece)]);
  for (const language of stemmers.keys()) for (const lexeme of lexemesOf(piece, language)) any.add(lexeme);
  any.delete('');
  return [...any];
});

/** The language that a lexeme is marked with; null where it has no mark. */
export function languageOfLexeme(lexeme: string): string | null {
  const end = lexeme.indexOf(':');
  return end === -1 ? null : lexeme.slice(0, end);
}

function lexemesOf(piece: string, language: string | null): readonly string[] {
  const plain = folded(piece);
  if (plain === '') return [];
  const stemmer = language === null ? undefined : stemmers.get(language);
  if (language === null || stemmer === undefined || !stemmer.letters.test(plain)) return [plain];
  const stem = stemOf(plain, stemmer);
  const accented = plain === piece ? stem : folded(stemOf(piece, stemmer));
  return stem === accented ? [`${language}:${stem}`] : [`${language}:${stem}`, `${language}:${accented}`];
}

function stemOf(word: string, { stem }: Stemmer): string {
  const found = stem(word);
  return found === '' ? word : found;
}

/** Remembers the words that came last: when one half is full, the other half, the older one, is forgotten. */
function remembered(find: WordForms): WordForms {
  let recent = new Map<string, readonly string[]>();
  let older = new Map<string, readonly string[]>();
  return (piece) => {
    let lexemes = recent.get(piece);
    if (lexemes !== undefined) return lexemes;
    lexemes = older.get(piece) ?? find(piece);
    if (recent.size >= rememberedWords / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(piece, lexemes);
    return lexemes;
  };
}
