import type { Enricher, Findings, Read } from './enricher.ts';
import { guessLanguages, loadDetectors } from './language/detector.ts';

/**
 * Tells the language from title and text. What page or feed declares is a witness beside others: it decides where the
 * text is too short to tell, and is outvoted by a clear text. Publishers' declarations are wrong too often (templates
 * left at "en") to be believed.
 */
export const language: Enricher = {
  name: 'language',
  prepare: async () => void (await loadDetectors()),
  find: detectLanguage,
};

/** Raised when the same text may get another answer. */
export const languageMethod = 'eld-cld3-words-1';

/** This much text is enough. */
const sampleCharacters = 600;

/** With less, the next language is about as likely. */
const minProbability = 0.25;

export async function detectLanguage({
  title,
  text,
  language_hint: hint,
}: Read): Promise<Pick<Findings, 'language' | 'language_confidence' | 'language_method'>> {
  const sample = `${title}\n${text.slice(0, sampleCharacters)}`.slice(0, sampleCharacters).toWellFormed();
  const [best] = await guessLanguages(inSmallLetters(withoutNoise(sample)), declaredLanguage(hint));
  if (best === undefined || best.probability < minProbability) {
    return { language: null, language_confidence: 0, language_method: languageMethod };
  }
  const confidence = Math.round(best.probability * 1_000) / 1_000;
  return { language: best.language, language_confidence: confidence, language_method: languageMethod };
}

/** Addresses and handles are in no language, and control characters end the text for one of the detectors. */
function withoutNoise(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/\b(?:https?:\/\/|www\.)\S{1,500}/giu, ' ')
    .replaceAll(/[@#]\w{1,50}/gu, ' ');
}

/** CLD3 has not learned from headlines in capitals. */
function inSmallLetters(text: string): string {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  const small = text.match(/\p{Ll}/gu)?.length ?? 0;
  return capitals > small ? text.toLowerCase() : text;
}

/** The language of a BCP 47 tag as ISO 639-1, where it has such a code. */
function declaredLanguage(tag: string | null): string | null {
  if (tag === null) return null;
  try {
    const { language: code } = new Intl.Locale(tag.trim().replaceAll('_', '-'));
    if (code === 'nb' || code === 'nn') return 'no';
    if (code === 'fil') return 'tl';
    return code.length === 2 ? code : null;
  } catch {
    return null;
  }
}
