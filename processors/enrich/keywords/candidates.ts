import { stopWords } from '../../../domain/language-stop-words.ts';
import { isSyllabic, type Word, wordsOf } from '../words.ts';

/** A phrase that may be a keyword, with what is known of its places. */
export interface Candidate {
  /** In small letters, without plural and possessive: two with the same words are one candidate. */
  readonly words: readonly string[];
  /** How it is written, with how often. */
  readonly surfaces: Map<string, number>;
  /** Characters before its first place, title included. */
  readonly firstAt: number;
  count: number;
  /** Times that it is meant, by shorter names too. */
  mentions: number;
  /** Times that it stands between stop words or marks, with nothing of substance beside it. */
  alone: number;
  inTitle: boolean;
  /** Times that it is written as a name, where that says something. */
  asName: number;
}

const maxWords = 3;
/** "University of the Western Cape" */
const maxNameWords = 6;

/** Words in small letters that names go over. */
const particles = new Set(
  'of the de del la las los le les du des da do dos das di della dei degli van von der den ter ten zu zum zur bin ibn al el y e'.split(
    ' ',
  ),
);
/** The first of them; the others follow another one only: a German "der" alone stands between all nouns. */
const leading = new Set('of de del du des da do dos das di della dei degli van von ter ten bin ibn al'.split(' '));

/** Offices that stand before names and are not part of them. */
const offices = new Set(
  'president vice minister premier chancellor senator sen rep gov governor chief former ex bundeskanzler bundeskanzlerin präsident präsidentin minister ministerin presidente ministro ministra président ministre'.split(
    ' ',
  ),
);

/**
 * Every phrase of one to three content words with nothing between them but a space or hyphen, and names that go over
 * particles.
 */
export function candidatesOf(title: string, body: string, language: string | null): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const [text, offset, inTitle] of [[title, 0, true] as const, [body, title.length, false] as const]) {
    const words = [...wordsOf(text, language)].map((word) =>
      language !== null && elided.has(language) ? withoutElision(word) : word,
    );
    for (const run of runsOf(words, text, language)) collect(candidates, run, text, offset, inTitle);
    if (!nounsAreNames(language))
      for (const name of longNamesOf(words, text, stopWords(language)))
        add(candidates, name, text, offset, inTitle, true);
  }
  return [...candidates.values()];
}

/** Languages that write all nouns with capitals: there a capital makes no name. */
export const nounsAreNames = (language: string | null): boolean => language === 'de' || language === 'lb';

const elided = new Set(['fr', 'it', 'ca', 'oc']);

/** "l'économie" is the word "économie". */
function withoutElision(word: Word): Word {
  const [article = ''] = /^(?:[cdjlmnst]|qu|un|dell|all|nell|sull|dall|quest)['’](?=\p{L})/iu.exec(word.text) ?? [];
  return article === '' ? word : { ...word, text: word.text.slice(article.length), start: word.start + article.length };
}

function* runsOf(words: readonly Word[], text: string, language: string | null): Generator<readonly Word[]> {
  const stops = stopWords(language);
  let run: Word[] = [];
  let end = 0;
  for (const word of words) {
    const isJoined = run.length > 0 && /^[\p{Zs}\n-]?$/u.test(text.slice(end, word.start));
    const isContent = isContentWord(word.text, stops);
    if (run.length > 0 && !(isJoined && isContent)) {
      yield run;
      run = [];
    }
    if (isContent) run.push(word);
    end = word.end;
    // "Trump's plan" is not a name of two words.
    if (isContent && /['’]s$/u.test(word.text)) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

/** "Bank of Montreal", "Ursula von der Leyen": capitals with particles between. */
function* longNamesOf(
  words: readonly Word[],
  text: string,
  stops: ReadonlySet<string> | null,
): Generator<readonly Word[]> {
  for (let from = 0; from < words.length; from += 1) {
    if (!isContentWord(words[from]?.text ?? '', stops)) continue;
    let to = from;
    let bridges = 0;
    for (let at = from; at < Math.min(words.length, from + maxNameWords); at += 1) {
      const word = words[at] as Word;
      if (at > from && text.slice(words[at - 1]?.end, word.start) !== ' ') break;
      if (/^\p{Lu}/u.test(word.text)) to = at;
      else if (at === from || !particles.has(word.text)) break;
      else if (to === at - 1 && !leading.has(word.text)) break;
      else bridges += 1;
    }
    const name = words.slice(from, to + 1);
    if (bridges > 0 && name.some(({ text: word }) => /^\p{Ll}/u.test(word))) yield name;
    if (to > from && bridges > 0) from = to;
  }
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
      if (words.length > 1 && offices.has(words[0]?.text.toLowerCase() ?? '')) break;
      add(candidates, words, text, offset, inTitle, isAlone(run, from, to));
    }
  }
}

const isCapital = (word: string) => /^\p{Lu}/u.test(word);

/** Whether nothing of substance stands beside it; beside a name, words in small letters do not count. */
function isAlone(run: readonly Word[], from: number, to: number): boolean {
  const [before, after] = [run[from - 1]?.text ?? '', run[to + 1]?.text ?? ''];
  if (before !== '' && offices.has(before.toLowerCase())) return after === '' || !isCapital(after);
  return run.slice(from, to + 1).every((word) => isCapital(word.text))
    ? !isCapital(before) && !isCapital(after)
    : before === '' && after === '';
}

function add(
  candidates: Map<string, Candidate>,
  words: readonly Word[],
  text: string,
  offset: number,
  inTitle: boolean,
  stoodAlone: boolean,
): void {
  const start = words[0]?.start ?? 0;
  const surface = text
    .slice(start, words.at(-1)?.end)
    .replaceAll(/\s+/gu, ' ')
    .replace(/['’]s$/u, '');
  const folded = words.map((word) => fold(word.text));
  const key = folded.join(' ');
  let candidate = candidates.get(key);
  if (candidate === undefined) {
    candidate = {
      words: folded,
      surfaces: new Map(),
      firstAt: offset + start,
      count: 0,
      mentions: 0,
      alone: 0,
      inTitle: false,
      asName: 0,
    };
    candidates.set(key, candidate);
  }
  candidate.count += 1;
  candidate.mentions += 1;
  if (stoodAlone) candidate.alone += 1;
  candidate.inTitle ||= inTitle;
  // Titles are often in capitals throughout, and say nothing on how a word is written.
  if (!inTitle || !candidate.surfaces.has(surface)) {
    candidate.surfaces.set(surface, (candidate.surfaces.get(surface) ?? 0) + (inTitle ? 0 : 1));
  }
  if (!inTitle && isName(words, text)) candidate.asName += 1;
}

/** Without possessive and the commonest plural. */
function fold(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s$/u, '');
  return lower.length > 3 && /[^siu]s$/u.test(lower) ? lower.slice(0, -1) : lower;
}

/** A single word at the start of a sentence has its capital from there. */
function isName(words: readonly Word[], text: string): boolean {
  const start = words[0]?.start ?? 0;
  if (!/^\p{Lu}/u.test(words[0]?.text ?? '') || !/^\p{Lu}/u.test(words.at(-1)?.text ?? '')) return false;
  if (!words.every((word) => /^\p{Lu}/u.test(word.text) || particles.has(word.text))) return false;
  return (
    words.length > 1 || !(start === 0 || /[.!?…:]["”’»]?\s+$|\n$/u.test(text.slice(Math.max(0, start - 4), start)))
  );
}
