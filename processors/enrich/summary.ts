import type { Summary } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';
import { sentencesOf } from './sentences/split-sentences.ts';
import { stopWords } from '../../domain/language-stop-words.ts';
import { usableSentence } from './summary/usable-sentence.ts';
import { isSyllabic, wordsOf } from './words.ts';

/**
 * Two or three sentences of the text, in its order: those that stand early, say what the whole text says (the mean
 * weight of their words, after A. Nenkova and L. Vanderwende, "The impact of frequency on summarization", 2005), share
 * words with the title, and do not repeat each other. News say the most first, so the place counts most.
 */
export const summary: Enricher = {
  name: 'summary',
  find: ({ title, text }, { language }) => ({ summary: summarize(title, text, language) }),
};

/** Raised when the same text may get another summary. */
export const summaryMethod = 'lead-frequency-1';

const maxSentences = 3;
/** With so many words two sentences are enough; a third one may not lead beyond the limit. */
const enoughWords = 50;
const maxWordsOfThree = 65;
/** Sentences behind are hardly ever the point of news. */
const maxCandidates = 30;

interface Candidate {
  readonly at: number;
  readonly text: string;
  readonly length: number;
  readonly words: ReadonlySet<string>;
}

/** @returns null where the text has no two sentences that can be used */
export function summarize(title: string, text: string, language: string | null): Summary | null {
  const candidates: Candidate[] = [];
  const frequency = new Map<string, number>();
  const titleWords = new Set(contentWords(title.slice(0, 1_000), language));
  for (const sentence of sentencesOf(text.slice(0, maxCharacters), language)) {
    const usable = usableSentence(sentence);
    if (usable === null) continue;
    const words = contentWords(usable, language);
    for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1);
    if (candidates.length >= maxCandidates) continue;
    const own = new Set(words);
    const length = isSyllabic(usable) ? usable.length / 2 : usable.split(/\s+/u).length;
    if (own.size > 0 && !repeatsTitle(own, titleWords)) {
      candidates.push({ at: candidates.length, text: usable, length, words: own });
    }
  }
  if (candidates.length < 2) return null;
  const chosen = choose(candidates, frequency, titleWords);
  const joint = isSyllabic(chosen[0]?.text ?? '') ? '' : ' ';
  return {
    text: chosen.map((sentence) => sentence.text).join(joint),
    method: summaryMethod,
    confidence: shareTold(chosen, frequency),
  };
}

/** Of all words of substance that the text says, however often, the share that the chosen sentences say too. */
function shareTold(chosen: readonly Candidate[], frequency: ReadonlyMap<string, number>): number {
  const told = new Set(chosen.flatMap(({ words }) => [...words]));
  const timesOf = (words: Iterable<string>) => [...words].reduce((sum, word) => sum + (frequency.get(word) ?? 0), 0);
  return Math.round((timesOf(told) / timesOf(frequency.keys())) * 1_000) / 1_000;
}

function choose(
  candidates: readonly Candidate[],
  frequency: ReadonlyMap<string, number>,
  titleWords: ReadonlySet<string>,
): readonly Candidate[] {
  const most = Math.max(...frequency.values());
  const weightOf = (word: string) => Math.sqrt((frequency.get(word) ?? 0) / most);
  const scoreOf = ({ at, words, text }: Candidate, told: ReadonlySet<string>): number => {
    const news = [...words].filter((word) => !told.has(word));
    const centrality = news.reduce((sum, word) => sum + weightOf(word), 0) / words.size;
    const inTitle = [...words].filter((word) => titleWords.has(word)).length / Math.max(4, titleWords.size);
    const asks = text.endsWith('?') ? 0.3 : 0;
    const quotes = /^["“„«「'‘]/u.test(text) ? 0.15 : 0;
    return 3 / (1 + at / 2) + centrality + 0.4 * inTitle - asks - quotes;
  };
  const chosen: Candidate[] = [];
  const told = new Set<string>();
  let length = 0;
  while (chosen.length < maxSentences && chosen.length < candidates.length) {
    if (length >= enoughWords) break;
    const [best] = candidates
      .filter((candidate) => !chosen.includes(candidate))
      .map((candidate) => ({ candidate, score: scoreOf(candidate, told) }))
      .toSorted((a, b) => b.score - a.score);
    if (best === undefined) break;
    if (chosen.length >= 2 && length + best.candidate.length > maxWordsOfThree) break;
    chosen.push(best.candidate);
    length += best.candidate.length;
    for (const word of best.candidate.words) told.add(word);
  }
  return chosen.toSorted((a, b) => a.at - b.at);
}

/** Words of substance in small letters; of scripts without spaces, as the segmenter cuts them. */
function contentWords(text: string, language: string | null): readonly string[] {
  const stops = stopWords(language);
  return [...wordsOf(text, language)]
    .map(({ text: word }) => word.toLowerCase())
    .filter(
      (word) => /^[\p{L}\p{N}]/u.test(word) && stops?.has(word) !== true && (word.length > 2 || isSyllabic(word)),
    );
}

/** The title once more, as pages have it above the text. */
function repeatsTitle(words: ReadonlySet<string>, title: ReadonlySet<string>): boolean {
  if (title.size === 0) return false;
  const common = [...words].filter((word) => title.has(word)).length;
  return common / (words.size + title.size - common) >= 0.8;
}
