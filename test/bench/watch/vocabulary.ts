import { generator } from '../../eval/frame/bootstrap.ts';

/** The words that hold English together, most frequent first; with them every text has its usual share of each. */
const functionWords =
  'the of and to a in that is was he for it with as his on be at by had not are but from or have an they which one you were her all she there would their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through back years where much your way well down should because each just those people too'.split(
    ' ',
  );

const onsets = 'b c d f g h j k l m n p r s t v w br bl ch cl cr dr fl fr gl gr pl pr sc sh sl sp st str th tr'.split(
  ' ',
);
const vowels = 'a e i o u ai ea ee io oa ou a e i o'.split(' ');
const codas = 'b d g l m n p r s t ck ct ft ld ll lt mp nd nt rd rk rn rt st'.split(' ');
/** Forms of one word, so that stemming has to do; the bare form is the most frequent. */
const endings = ['', '', '', '', 's', 's', 'ed', 'ing', 'ly', 'er', 'ation', 'al', 'ment', 'ness'];

/** Draws words of made-up English, by Zipf's law as Mandelbrot mended it. */
export interface Vocabulary {
  /** A word of running text. */
  word(random: () => number): string;
}

/** @param size words with a form of their own; some 60,000 is what a year of news has beside its names */
export function vocabularyOf(size: number): Vocabulary {
  const words = [...functionWords, ...madeUp(size - functionWords.length)];
  const sums = new Float64Array(words.length);
  let sum = 0;
  for (let rank = 0; rank < words.length; rank += 1) {
    sum += 1 / (rank + 2.7) ** 1.07;
    sums[rank] = sum;
  }
  return {
    word: (random) => words[placeOf(sums, random() * sum)] ?? 'the',
  };
}

/** The first place whose sum is greater. */
function placeOf(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function madeUp(count: number): readonly string[] {
  const random = generator(7);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const words = new Set<string>();
  while (words.size < count) {
    const syllables = 1 + Math.floor(random() * 2.5);
    let word = '';
    for (let at = 0; at < syllables; at += 1) word += pick(onsets) + pick(vowels);
    words.add(word + pick(codas) + pick(endings));
  }
  return [...words];
}
