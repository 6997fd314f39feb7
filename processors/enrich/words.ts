export interface Word {
  readonly text: string;
  /** Position of the first character. */
  readonly start: number;
  readonly end: number;
}

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The words of a text in any script, numbers among them.
 *
 * @param language ISO 639-1; null where it is not known
 */
export function* wordsOf(text: string, language: string | null): Generator<Word> {
  for (const { segment, index, isWordLike } of segmenter(language ?? 'und').segment(text)) {
    if (isWordLike === true) yield { text: segment, start: index, end: index + segment.length };
  }
}

/** Whether a word is of a script that writes no spaces between words, and whose characters are read one by one. */
export function isSyllabic(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word);
}

function segmenter(language: string): Intl.Segmenter {
  let known = segmenters.get(language);
  if (known === undefined) {
    known = new Intl.Segmenter(language, { granularity: 'word' });
    segmenters.set(language, known);
  }
  return known;
}
