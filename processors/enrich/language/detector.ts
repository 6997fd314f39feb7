import type { LanguageIdentifier } from 'cld3-asm';
import { areTwins, lookAlikes, marksOf } from './marks.ts';
import { scriptOf } from './scripts.ts';

/** How likely a text is in a language. */
export interface Guess {
  /** ISO 639-1. */
  readonly language: string;
  /** 0 to 1, over the languages that came into question. */
  readonly probability: number;
}

/** What is said about a text's language from outside: ISO 639-1. */
type Declared = string | null;

interface Detectors {
  readonly eld: typeof import('eld/small').eld;
  readonly cld: LanguageIdentifier;
}

/** On a machine that stands still the three seconds of the package are over before it has begun. */
const loadWithinMs = 120_000;

let detectors: Promise<Detectors> | undefined;

/** Both models take some 60 MB and a second: only who detects has them. What did not load is loaded again when asked. */
export function loadDetectors(): Promise<Detectors> {
  detectors ??= load().catch((error: unknown) => {
    detectors = undefined;
    throw error;
  });
  return detectors;
}

async function load(): Promise<Detectors> {
  const [{ eld }, { loadModule }] = await Promise.all([import('eld/small'), import('cld3-asm')]);
  const factory = await loadModule({ timeout: loadWithinMs });
  return { eld, cld: factory.create(0, 4_000) };
}

/**
 * Weights of a conditional logit over the languages that came into question, fitted once on UDHR, headlines and strings
 * of user interfaces in 74 languages (half of them; the other half said whether it holds) and rounded. What is learned
 * from, has many languages evenly; in news some are rare.
 */
const weights = {
  /** A step of ELD's mean score of n-grams, per four letters. */
  ngrams: 0.02,
  /** CLD3's answer, and the log-odds of its probability. */
  named: 0.4,
  logOdds: 0.6,
  /** What of it goes to a twin of the language that it names. */
  twin: 0.7,
  commonWords: 0.45,
  tellTales: 1.2,
  letters: 0.7,
  /** What the publisher says; more where models cannot know. */
  declared: 3,
  /** For a language that stands in only because it looks like another one that was found. */
  standIn: -0.7,
} as const;

/** Log of how much more often news are in these languages than their share of all languages. */
const prior: ReadonlyMap<string, number> = new Map([
  ...'af az be bg bs ca et eu ga gl hr hy is ka kk lt lv mk mr ms sk sl sq sr sw ta te tl ur zu xh'
    .split(' ')
    .map((language) => [language, 1] as const),
  ...'ar bn cs da de el es fa fi fr he hi hu id it ja ko nl no pl pt ro ru sv th tr uk vi zh'
    .split(' ')
    .map((language) => [language, 2.2] as const),
  // Readers of Malay are a tenth of those of Indonesian, and models cannot keep them apart.
  ['id', 2.7],
  ['en', 3.3],
]);

/** More letters than this change nothing. */
const maxLetters = 300;
/** ELD gives up to 60 languages a score; those behind are out of question. */
const maxRanks = 8;

/**
 * Languages that a text may be in, the likeliest first; none where it has no letters. Three witnesses are weighed: ELD
 * (n-grams, 60 languages), CLD3 (a small neural network, 107 languages) and the commonest words of 54. Letters of one
 * language alone settle it.
 *
 * @param text some hundred characters; what is given is read
 */
export async function guessLanguages(text: string, declared: Declared = null): Promise<readonly Guess[]> {
  const script = scriptOf(text);
  if (script.letters === 0) return [];
  if (script.language !== null) return [{ language: script.language, probability: 0.99 }];

  const { eld, cld } = await loadDetectors();
  const scores = new Map<string, number>();
  const add = (language: string, score: number) => {
    if (!scores.has(language) && script.allows(language)) scores.set(language, score);
  };
  const ranked = Object.entries(eld.detect(text).getScores())
    .map(([language, score]) => [language, ngramScore(score)] as const)
    .filter(([language]) => script.allows(language));
  const [, top = 0] = ranked[0] ?? [];
  const perStep = (weights.ngrams * Math.min(script.letters, maxLetters)) / 4;
  for (const [language, score] of ranked.slice(0, maxRanks)) add(language, perStep * (score - top));
  const last = perStep * ((ranked[maxRanks - 1]?.[1] ?? 0) - top);

  const named = cld.findLanguage(text);
  const byCld = iso639(named.language);
  // A language that ELD does not know starts level with its best: the nearest that it does know.
  if (byCld !== null) add(byCld, ranked.some(([language]) => language === byCld) ? last : 0);
  const found = [...scores];
  for (const [language, score] of found) {
    for (const other of lookAlikes(language)) add(other, score + weights.standIn);
  }
  if (declared !== null) add(declared, Math.min(0, ...scores.values()));

  const credit = (language: string) => {
    if (byCld === null || language === byCld) return byCld === null ? 0 : 1;
    return areTwins(language, byCld) ? weights.twin : 0;
  };
  const marks = marksOf(text);
  const odds = Math.log(Math.min(named.probability, 0.9999) / (1 - Math.min(named.probability, 0.9999)));
  return softmax(
    [...scores].map(([language, score]) => [
      language,
      score +
        credit(language) * (weights.named + weights.logOdds * odds) +
        weights.commonWords * marks.commonWords(language) +
        weights.tellTales * marks.tellTales(language) +
        weights.letters * marks.letters(language) +
        (language === declared ? weights.declared : 0) +
        (prior.get(language) ?? 0),
    ]),
  );
}

/** ELD squeezes its mean score of n-grams into 0 to 1; this undoes it. */
function ngramScore(score: number): number {
  return (25 * score) / (1 - Math.min(score, 0.99));
}

/** Old and regional codes of CLD3; null for languages in another script than their own, and for those without code. */
function iso639(code: string): string | null {
  const modern = { iw: 'he', jw: 'jv', nb: 'no', nn: 'no', fil: 'tl' }[code] ?? code;
  return modern.length === 2 ? modern : null;
}

function softmax(scores: readonly (readonly [string, number])[]): readonly Guess[] {
  const highest = Math.max(...scores.map(([, score]) => score));
  const powers = scores.map(([language, score]) => [language, Math.exp(score - highest)] as const);
  const sum = powers.reduce((total, [, power]) => total + power, 0);
  return powers
    .map(([language, power]) => ({ language, probability: power / sum }))
    .toSorted((a, b) => b.probability - a.probability);
}
