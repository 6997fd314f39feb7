import { eld } from 'eld/small';
import type { Enricher, Findings, Read } from './enricher.ts';

/**
 * Detects the language from the text (Nito-ELD, n-grams). What page or feed declares is considered where the text is
 * too short to tell, and between languages that the detector cannot keep apart: publishers' declarations are wrong
 * too often (templates left at "en") to be believed against a clear text.
 */
export const language: Enricher = { name: 'language', find: detectLanguage };

/** N-grams of this much text are enough. */
const sampleCharacters = 2_000;

/** Fewer letters leave room for mistakes. */
const minLetters = 60;

/** Languages so alike that the declaration decides; the detector knows only some of each group. */
const alike: readonly (readonly string[])[] = [
  ['id', 'ms'],
  ['nl', 'af'],
  ['hr', 'sr', 'bs'],
  ['da', 'no'],
  ['tl', 'fil'],
];

export function detectLanguage({
  title,
  text,
  language_hint: hint,
}: Read): Pick<Findings, 'language' | 'language_confidence'> {
  const sample = `${title}\n${text.slice(0, sampleCharacters)}`;
  const detected = eld.detect(sample);
  const scores = Object.values(detected.getScores()).toSorted((a, b) => b - a);
  const confidence = detected.language === '' ? 0 : lead(scores);
  const declared = declaredLanguage(hint);
  const isClear = detected.isReliable() && letters(sample) >= minLetters;

  if (declared !== null && declared !== detected.language) {
    const areAlike = alike.some((group) => group.includes(declared) && group.includes(detected.language));
    if (!isClear || areAlike) return { language: declared, language_confidence: 0.5 };
  }
  if (declared === null && !detected.isReliable()) return { language: null, language_confidence: 0 };
  return { language: detected.language === '' ? null : detected.language, language_confidence: confidence };
}

/** From 0.5 (the next language is as likely) to 1 (there is no other), by the lead over the next. */
function lead([best = 0, next = 0]: readonly number[]): number {
  return best ** 4 / (best ** 4 + next ** 4 || 1);
}

/** The language of a BCP 47 tag as ISO 639-1, where it has such a code. */
function declaredLanguage(tag: string | null): string | null {
  if (tag === null) return null;
  try {
    const { language: code } = new Intl.Locale(tag.trim().replaceAll('_', '-'));
    if (code === 'nb' || code === 'nn') return 'no';
    return code.length === 2 ? code : null;
  } catch {
    return null;
  }
}

function letters(text: string): number {
  // A sign of these scripts says as much as several letters.
  const signs = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return (text.match(/\p{L}/gu)?.length ?? 0) + 3 * signs;
}
