import { formsIn, formsInAny } from './lexemes.ts';
import { folded, forEachPiece } from './tokens.ts';

/**
 * Hands over the lexemes of a text with their positions, from 1, in the order of the text. Of a text in a script without
 * spaces each character is a position, at which it stands itself and with the next one: "中国人" is 中 and 中国, 国 and
 * 国人, 人. Stop words are there too.
 *
 * @param language ISO 639-1; null where it is not known
 * @returns the last position; 0 for a text without words
 */
export function analyse(
  text: string,
  language: string | null,
  take: (lexeme: string, position: number) => void,
): number {
  const forms = formsIn(language);
  let position = 0;
  forEachPiece(text, (piece, isUnspaced) => {
    if (!isUnspaced) {
      const lexemes = forms(piece);
      if (lexemes.length > 0) position += 1;
      for (const lexeme of lexemes) take(lexeme, position);
      return;
    }
    const characters = Array.from(piece, folded);
    for (const [index, character] of characters.entries()) {
      position += 1;
      take(character, position);
      const next = characters[index + 1];
      if (next !== undefined) take(character + next, position);
    }
  });
  return position;
}

/**
 * What is looked for where somebody asks for these words: positions that follow each other, each with the lexemes of
 * which any may stand there. A text has one language, so that no two languages meet in it.
 *
 * @returns empty for a text without words
 */
export function patternOf(text: string): readonly (readonly string[])[] {
  const pattern: (readonly string[])[] = [];
  let endsInPair = false;
  forEachPiece(text, (piece, isUnspaced) => {
    const characters = isUnspaced ? Array.from(piece, folded) : [];
    const positions = isUnspaced
      ? characters.map((character, index) => [character + (characters[index + 1] ?? '')])
      : [formsInAny(piece)];
    const found = positions.filter((lexemes) => lexemes.length > 0);
    pattern.push(...found);
    if (found.length > 0) endsInPair = characters.length > 1;
  });
  // The last character is part of the pair before it, and stands for itself only where something follows.
  return endsInPair ? pattern.slice(0, -1) : pattern;
}
