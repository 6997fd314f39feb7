import type { Keyword } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';
import { stopWords } from './stop-words.ts';
import { isSyllabic, type Word, wordsOf } from './words.ts';

/**
 * Ranks the phrases of one to three words by features of this text alone, after YAKE (R. Campos et al., "YAKE! Keyword
 * extraction from single documents using multiple local features", Information Sciences 509, 2020) with phrases cut at
 * stop words and punctuation as in RAKE: how often a phrase occurs, how early, whether the title has it, whether it is
 * written as a name.
 */
export const keywords: Enricher = {
  name: 'keywords',
  find: ({ title, text }, { language }) => ({ keywords: rankKeywords(title, text, language) }),
};

const maxKeywords = 12;
const maxWords = 3;

interface Candidate {
  readonly words: readonly string[];
  readonly surfaces: Map<string, number>;
  readonly firstAt: number;
  count: number;
  inTitle: boolean;
  asName: number;
}

/** @returns the heaviest first; the first weighs 1 */
export function rankKeywords(title: string, text: string, language: string | null): readonly Keyword[] {
  const candidates = new Map<string, Candidate>();
  for (const run of runsOf(title, language)) collect(candidates, run, title, 0, true);
  const body = text.slice(0, maxCharacters);
  for (const run of runsOf(body, language)) collect(candidates, run, body, title.length, false);

  const ranked = [...candidates.values()]
    .map((candidate) => ({ candidate, score: scoreOf(candidate, title.length + body.length) }))
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

/** Sequences of content words with nothing between them but a space or hyphen. */
function* runsOf(text: string, language: string | null): Generator<readonly Word[]> {
  const stops = stopWords(language);
  let run: Word[] = [];
  let end = 0;
  for (const word of wordsOf(text, language)) {
    const isJoined = run.length > 0 && /^[\p{Zs}\n-]?$/u.test(text.slice(end, word.start));
    const isContent = isContentWord(word.text, stops);
    if (run.length > 0 && !(isJoined && isContent)) {
      yield run;
      run = [];
    }
    if (isContent) run.push(word);
    end = word.end;
  }
  if (run.length > 0) yield run;
}

function isContentWord(word: string, stops: ReadonlySet<string> | null): boolean {
  if (!/^\p{L}/u.test(word) || word.length > 40) return false;
  const folded = word.toLowerCase().replaceAll('’', "'");
  if (stops?.has(folded) === true) return false;
  const characters = Array.from(word).length;
  // Of Japanese, words in hiragana alone are particles and endings.
  if (/^\p{Script=Hiragana}+$/u.test(word)) return false;
  // Without a list, short words are taken for particles; of syllabic scripts, single characters.
  if (isSyllabic(word)) return characters >= 2;
  return characters > (stops === null ? 3 : 1);
}

function collect(
  candidates: Map<string, Candidate>,
  run: readonly Word[],
  text: string,
  offset: number,
  inTitle: boolean,
): void {
  for (let from = 0; from < run.length; from += 1) {
    for (let to = from; to < Math.min(from + maxWords, run.length); to += 1) {
      const words = run.slice(from, to + 1);
      if (new Set(words.map((word) => word.text)).size < words.length) break;
      const start = words[0]?.start ?? 0;
      const surface = text.slice(start, words.at(-1)?.end).replaceAll(/\s+/gu, ' ');
      const key = surface.toLowerCase();
      let candidate = candidates.get(key);
      if (candidate === undefined) {
        candidate = {
          words: words.map((word) => word.text.toLowerCase()),
          surfaces: new Map(),
          firstAt: offset + start,
          count: 0,
          inTitle: false,
          asName: 0,
        };
        candidates.set(key, candidate);
      }
      candidate.count += 1;
      candidate.inTitle ||= inTitle;
      // Titles are often in capitals throughout, and say nothing on how a word is written.
      if (!inTitle || !candidate.surfaces.has(surface)) {
        candidate.surfaces.set(surface, (candidate.surfaces.get(surface) ?? 0) + (inTitle ? 0 : 1));
      }
      if (!inTitle && isName(words, text)) candidate.asName += 1;
    }
  }
}

/** A single word at the start of a sentence has its capital from there. */
function isName(words: readonly Word[], text: string): boolean {
  const start = words[0]?.start ?? 0;
  if (!words.every((word) => /^\p{Lu}/u.test(word.text))) return false;
  return (
    words.length > 1 || !(start === 0 || /[.!?…:]["”’»]?\s+$|\n$/u.test(text.slice(Math.max(0, start - 4), start)))
  );
}

function scoreOf({ words, count, firstAt, inTitle, asName }: Candidate, length: number): number {
  const frequency = 1 + Math.log2(count);
  const position = 1 / (1 + Math.log2(1 + (4 * firstAt) / (length || 1)));
  const name = asName / count >= 0.5 ? 1.6 : 1;
  const title = inTitle ? 1.8 : 1;
  // A phrase that occurs once is chance, unless it is a name or stands in the title.
  const phrase = words.length === 1 ? 1 : count > 1 || inTitle || name > 1 ? 1 + 0.25 * words.length : 0.5;
  return frequency * position * name * title * phrase;
}

function overlap(a: Candidate, b: Candidate): boolean {
  const [shorter, longer] = a.words.length <= b.words.length ? [a, b] : [b, a];
  return shorter.words.every((word) => longer.words.includes(word));
}

function commonest(surfaces: ReadonlyMap<string, number>): string {
  const [first = ['', 0]] = [...surfaces].toSorted(([, a], [, b]) => b - a);
  return first[0];
}
