import { lexicon } from './lexicon.ts';

const negations = new Set(
  "not no never none nobody nothing neither nor nowhere without hardly barely scarcely rarely seldom cannot can't couldn't won't wouldn't don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't shouldn't ain't lack lacks lacked lacking".split(
    ' ',
  ),
);
const intensifiers = new Set(
  'absolutely amazingly completely considerably deeply enormously entirely especially exceptionally extremely fully greatly highly hugely incredibly intensely more most particularly purely quite really remarkably so substantially thoroughly totally tremendously unbelievably unusually utterly very'.split(
    ' ',
  ),
);
const dampeners = new Set(
  'almost barely hardly kind less little marginally occasionally partly scarcely slightly somewhat sort'.split(' '),
);

/** VADER's constants, found from human ratings: a negation, an intensifier, and how fast scores saturate. */
const negated = -0.74;
const intensified = 0.293;
const saturation = 15;
/** Words before a word that change it. */
const scope = 3;
/** What stands before "but", and behind it, which was meant. */
const beforeBut = 0.7;
const afterBut = 1.2;

export interface SentenceScore {
  /** -1 to 1. */
  readonly score: number;
  /** How far its judging words agree: 0 (as much praise as blame) to 1. */
  readonly agreement: number;
}

/** @returns null for a sentence without a word that judges */
export function scoreSentence(sentence: string): SentenceScore | null {
  const words: readonly string[] =
    sentence
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[a-z]+(?:['-][a-z]+)*/gu) ?? [];
  const but = words.lastIndexOf('but');
  let sum = 0;
  let strength = 0;
  for (const [at, word] of words.entries()) {
    const valence = valenceOf(words, at, word);
    if (valence === 0) continue;
    const weighed = but === -1 ? valence : valence * (at < but ? beforeBut : afterBut);
    sum += weighed;
    strength += Math.abs(weighed);
  }
  if (strength === 0) return null;
  return { score: sum / Math.sqrt(sum * sum + saturation), agreement: Math.abs(sum) / strength };
}

function valenceOf(words: readonly string[], at: number, word: string): number {
  // "No" and its like turn the words behind them; they judge nothing themselves.
  if (negations.has(word)) return 0;
  let valence = lexicon().get(word) ?? ofParts(word);
  if (valence === 0) return 0;
  const sign = Math.sign(valence);
  let negationsBefore = 0;
  for (let distance = 1; distance <= scope; distance += 1) {
    const before = words[at - distance] ?? '';
    const strength = intensified * (1 - 0.05 * (distance - 1));
    if (intensifiers.has(before)) valence += sign * strength;
    else if (dampeners.has(before)) valence -= sign * strength;
    if (negations.has(before)) negationsBefore += 1;
  }
  // "Not without merit" is praise.
  return negationsBefore % 2 === 1 ? valence * negated : valence;
}

/** "War-torn" judges by its parts where no lexicon has the whole. */
function ofParts(word: string): number {
  if (!word.includes('-')) return 0;
  return word.split('-').reduce((sum, part) => sum + (lexicon().get(part) ?? 0), 0);
}
