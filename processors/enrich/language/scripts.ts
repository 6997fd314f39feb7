/** Scripts that one language writes, as far as news go. */
const ofOneLanguage: readonly (readonly [script: RegExp, language: string])[] = (
  [
    ['Hangul', 'ko'],
    ['Greek', 'el'],
    ['Hebrew', 'he'],
    ['Armenian', 'hy'],
    ['Georgian', 'ka'],
    ['Thai', 'th'],
    ['Lao', 'lo'],
    ['Khmer', 'km'],
    ['Myanmar', 'my'],
    ['Sinhala', 'si'],
    ['Bengali', 'bn'],
    ['Tamil', 'ta'],
    ['Telugu', 'te'],
    ['Kannada', 'kn'],
    ['Malayalam', 'ml'],
    ['Gujarati', 'gu'],
    ['Gurmukhi', 'pa'],
    ['Oriya', 'or'],
    ['Ethiopic', 'am'],
    ['Thaana', 'dv'],
    ['Tibetan', 'bo'],
  ] as const
).map(([script, language]) => [new RegExp(`\\p{Script=${script}}`, 'gu'), language]);

/** Languages of each script that several write. Whoever is in no list writes in Latin letters. */
const writers = {
  Cyrillic: 'ru uk be bg mk sr kk ky mn tg tt uz ba cv os',
  Arabic: 'ar fa ur ku ps sd ug',
  Devanagari: 'hi mr ne sa',
  Han: 'zh ja',
} as const;
type Script = keyof typeof writers | 'Latin';

const patterns: readonly (readonly [Script, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/gu],
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Arabic', /\p{Script=Arabic}/gu],
  ['Devanagari', /\p{Script=Devanagari}/gu],
];
const signs = /\p{Script=Han}/gu;
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** A sign of these scripts says as much as several letters. */
const lettersASign = 3;

export interface ScriptOf {
  /** Of the script that most of the text is in; signs count for several. */
  readonly letters: number;
  /** The only language that is written so; null where several are. */
  readonly language: string | null;
  /** Whether a language is written in the script that most of the text is in. */
  readonly allows: (language: string) => boolean;
}

/** What the letters of a text say about its language before any word is looked at. */
export function scriptOf(text: string): ScriptOf {
  let best: ScriptOf = { letters: 0, language: null, allows: () => true };
  const consider = (letters: number, language: string | null, allows: ScriptOf['allows']) => {
    if (letters > best.letters) best = { letters, language, allows };
  };
  for (const [script, pattern] of patterns)
    consider(count(text, pattern), null, (language) => writes(language, script));
  for (const [pattern, language] of ofOneLanguage) {
    const letters = count(text, pattern) * (language === 'ko' ? lettersASign : 1);
    consider(letters, language, (other) => other === language);
  }
  const han = count(text, signs);
  const syllables = count(text, kana);
  // Some kana is Japanese; signs alone are Chinese, or a short Japanese headline.
  const isJapanese = syllables > 0 && syllables * 20 >= han;
  consider((han + syllables) * lettersASign, isJapanese ? 'ja' : null, (language) => writes(language, 'Han'));
  return best;
}

const scriptsByLanguage = new Map<string, readonly Script[]>(
  [...new Set(Object.values(writers).join(' ').split(' '))].map((language) => [
    language,
    (Object.keys(writers) as (keyof typeof writers)[]).filter((script) =>
      writers[script].split(' ').includes(language),
    ),
  ]),
);
const inLatinToo = new Set(['sr', 'uz', 'ku', 'tt']);
const ofOwnScript = new Set(ofOneLanguage.map(([, language]) => language));

function writes(language: string, script: Script): boolean {
  if (ofOwnScript.has(language)) return false;
  const scripts = scriptsByLanguage.get(language);
  if (script === 'Latin') return scripts === undefined || inLatinToo.has(language);
  return scripts?.includes(script) === true;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
