import type { Keyword } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';
import { type Candidate, candidatesOf, nounsAreNames } from './keywords/candidates.ts';

/**
 * Ranks the phrases of one to three words by features of this text alone, after YAKE (R. Campos et al., "YAKE! Keyword
 * extraction from single documents using multiple local features", Information Sciences 509, 2020) with phrases cut at
 * stop words and punctuation as in RAKE: how often a phrase occurs, how early, whether the title has it, whether it is
 * written as a name. A person named in full once and by surname after is one keyword.
 */
export const keywords: Enricher = {
  name: 'keywords',
  find: ({ title, text }, { language }) => ({
    keywords: rankKeywords(title, text, language),
    keywords_method: keywordsMethod,
  }),
};

/** Raised when the same text may get other keywords. */
export const keywordsMethod = 'phrases-2';

const maxKeywords = 12;
const maxTitle = 1_000;

/** Texts of fewer characters say most things once. */
const shortText = 2_000;

/** @returns the heaviest first; the first weighs 1 */
export function rankKeywords(title: string, text: string, language: string | null): readonly Keyword[] {
  const [head, body] = [title.slice(0, maxTitle), text.slice(0, maxCharacters)];
  const length = head.length + body.length;
  const candidates = withSurnames(candidatesOf(head, body, language), nounsAreNames(language) ? 2 : 1);
  const ranked = candidates
    .map((candidate) => ({ candidate, score: scoreOf(candidate, length) }))
    .toSorted((a, b) => b.score - a.score);
  const chosen: typeof ranked = [];
  for (const entry of ranked) {
    if (chosen.length === maxKeywords) break;
    // Of "Angela Merkel", "Angela" and "Merkel" the best one is enough.
    if (!chosen.some((other) => overlap(other.candidate, entry.candidate))) chosen.push(entry);
  }
  const best = chosen[0]?.score ?? 1;
  return chosen.map(({ candidate, score }) => ({
    term: commonest(candidate.surfaces),
    weight: Math.round((score / best) * 1_000) / 1_000,
  }));
}

const isNamed = ({ asName, count, inTitle }: Candidate) => asName / Math.max(1, count - (inTitle ? 1 : 0)) >= 0.5;

/**
 * Full names take over the mentions, the place in the title and the first place of the surname that stands for them.
 *
 * @param minCount a phrase in capitals that occurs so often may be a name
 */
function withSurnames(candidates: readonly Candidate[], minCount: number): readonly Candidate[] {
  const single = new Map(candidates.filter(({ words }) => words.length === 1).map((one) => [one.words[0], one]));
  const fullest = new Map<Candidate, Candidate>();
  for (const candidate of candidates) {
    if (candidate.words.length < 2 || !isNamed(candidate) || candidate.alone < minCount) continue;
    const short = single.get(candidate.words.at(-1));
    if (short === undefined || !isNamed(short)) continue;
    const known = fullest.get(short);
    const lead = known === undefined ? 1 : candidate.alone - known.alone;
    if (lead > 0) fullest.set(short, candidate);
  }
  const merged = new Map<Candidate, Candidate>();
  for (const [short, full] of fullest) {
    merged.set(full, {
      ...full,
      mentions: Math.max(full.mentions, short.mentions),
      inTitle: full.inTitle || short.inTitle,
      firstAt: Math.min(full.firstAt, short.firstAt),
    });
    // Some mean another one of the name.
    merged.set(short, { ...short, mentions: Math.max(1, short.mentions / 2) });
  }
  return candidates.map((candidate) => merged.get(candidate) ?? candidate);
}

function scoreOf(candidate: Candidate, length: number): number {
  const { words, count, mentions, firstAt, inTitle, alone } = candidate;
  const frequency = 1 + Math.log2(mentions);
  const position = 1 / (1 + Math.log2(1 + (4 * firstAt) / (length || 1)));
  const name = isNamed(candidate) ? 1.6 : 1;
  const title = inTitle ? 1.8 : 1;
  return frequency * position * name * title * phraseWeight();

  function phraseWeight(): number {
    if (words.length === 1) return 1;
    const isShort = length < shortText;
    // A phrase that occurs once is chance, unless it is a name or stands in the title; in a short text few occur twice.
    if (count === 1 && !inTitle && name === 1 && !isShort) return 0.5;
    return 1 + (isShort && alone > 1 ? 0.3 : 0.1) * Math.min(3, words.length);
  }
}

function overlap(a: Candidate, b: Candidate): boolean {
  const [shorter, longer] = a.words.length <= b.words.length ? [a, b] : [b, a];
  return shorter.words.every((word) => longer.words.includes(word));
}

function commonest(surfaces: ReadonlyMap<string, number>): string {
  const [first = ['', 0]] = [...surfaces].toSorted(([, a], [, b]) => b - a);
  return first[0];
}
