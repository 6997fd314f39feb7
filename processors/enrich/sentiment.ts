import type { Sentiment } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';
import { sentencesOf } from './sentences/split-sentences.ts';
import { scoreSentence, type SentenceScore } from './sentiment/score-sentence.ts';

/**
 * A lexicon method for English: two lexicons that people rated, with the rules and constants of VADER (C. Hutto and
 * E. Gilbert, "VADER: a parsimonious rule-based model for sentiment analysis of social media text", ICWSM 2014) for
 * negation, intensifiers and "but". An article's score is the mean over its sentences that judge at all, the title
 * counting like three. Other languages have no judge: lexicons of good quality for them are not free.
 */
export const sentiment: Enricher = {
  name: 'sentiment',
  find: ({ title, text }, { language }) => ({ sentiment: language === 'en' ? judgeEnglish(title, text) : null }),
};

const method = 'afinn165-vader-2';

/** Below, an article is neutral. */
const neutralBelow = 0.1;

const titleWeight = 3;

export function judgeEnglish(title: string, text: string): Sentiment {
  const ofTitle = scoreSentence(title.slice(0, maxCharacters));
  const judged: SentenceScore[] = ofTitle === null ? [] : Array.from({ length: titleWeight }, () => ofTitle);
  for (const sentence of sentencesOf(text.slice(0, maxCharacters), 'en')) {
    const score = scoreSentence(sentence);
    if (score !== null) judged.push(score);
  }
  const score = Math.round(meanOf(judged.map((one) => one.score)) * 10_000) / 10_000;
  const label = score >= neutralBelow ? 'positive' : score <= -neutralBelow ? 'negative' : 'neutral';
  const confidence = Math.round(confidenceOf(score, meanOf(judged.map((one) => one.agreement))) * 1_000) / 1_000;
  return { label, score, method, confidence };
}

/** That people would choose the same label of three, as it was on rated sentences: more for clear scores. */
function confidenceOf(score: number, agreement: number): number {
  const strength = Math.abs(score);
  if (strength < neutralBelow) return 0.35;
  return Math.min(0.95, 0.45 + 0.45 * strength + 0.1 * agreement);
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
