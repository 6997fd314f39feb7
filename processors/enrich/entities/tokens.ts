import { foldName } from '../../../domain/fold-name.ts';

export interface Token {
  readonly text: string;
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** How it is written: "WHO", "X", "Paris", "iPhone", "paris", "7", and in scripts without case. */
  readonly shape: 'upper' | 'initial' | 'capital' | 'mixed' | 'lower' | 'number' | 'caseless';
  /** The next word follows behind nothing but a space. */
  readonly joinsNext: boolean;
  /** A sentence, a quotation or an item of a list begins here, so that a capital says nothing. */
  readonly startsSentence: boolean;
  /** What stands before: between it and the word before. */
  readonly before: string;
}

/** A line of text: whether it is written in capitals, or as English headlines are, decides what a capital says. */
export interface Line {
  readonly tokens: readonly Token[];
  readonly style: 'sentence' | 'capitals' | 'headline';
}

const word =
  /(?:\p{Lu}\.){2,}|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:(?:[-–'’&.·]|['’]-)(?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*/gu;
const maxWord = 60;

/** Behind these a full stop ends no sentence. */
const abbreviations = new Set(
  'mr mrs ms dr st sr jr prof rev gen col capt lt sgt gov sen rep hon inc corp co ltd bros no vs mt ft ave dept univ'.split(
    ' ',
  ),
);

/** Cuts a text into its lines, and them into words. */
export function* linesOf(text: string): Generator<Line> {
  let from = 0;
  while (from < text.length) {
    let to = text.indexOf('\n', from);
    if (to === -1) to = text.length;
    const tokens = tokensOf(text.slice(from, to), from);
    if (tokens.length > 0) yield { tokens, style: styleOf(tokens) };
    from = to + 1;
  }
}

function tokensOf(line: string, offset: number): readonly Token[] {
  const found = [...line.matchAll(word)].map((match) => {
    // "Merkel's", "U.S.-based" and "German-born" are about Merkel, the U.S. and Germans.
    const text = match[0]
      .replace(/['’][sS]$/u, '')
      .replace(/^(.*?\p{L})[-–]\p{Ll}.*$/u, (whole, head: string) =>
        /^\p{Lu}/u.test(head) && !/^\p{Lu}$/u.test(head) ? head : whole,
      );
    // French and Italian articles: "l’Allemagne", "dell'Italia".
    const article = /^\p{Ll}{1,5}['’](?=\p{Lu})/u.exec(text)?.[0].length ?? 0;
    const start = match.index + article;
    const end = match.index + text.length;
    return { text: text.slice(article), start, end, full: match.index + match[0].length };
  });
  return found.map(({ text, start, end, full }, at) => {
    const previous = found[at - 1];
    const next = found[at + 1];
    const before = line.slice(previous?.end ?? 0, start);
    const after = next === undefined ? '' : line.slice(end, next.start);
    const shape = shapeOf(text);
    const isAbbreviated = shape === 'initial' || abbreviations.has(text.toLowerCase());
    return {
      text,
      folded: foldName(text),
      start: start + offset,
      end: end + offset,
      shape,
      joinsNext: full === end && (/^[ \u00A0]{1,2}$/u.test(after) || (isAbbreviated && /^ ?\. ?$/u.test(after))),
      startsSentence: previous === undefined || beginsSentence(before, previous.text, shapeOf(previous.text)),
      before,
    };
  });
}

function beginsSentence(gap: string, previous: string, shape: Token['shape']): boolean {
  if (/[!?…:;"“”«»„•*|–—\]]|\.\.\.|(?:^|\s)['‘’`]{1,2}(?=\s?$)|\s-{1,2}\s/u.test(gap)) return true;
  if (!gap.includes('.')) return false;
  if (/^\s?\.\s?$/u.test(gap) && (shape === 'initial' || abbreviations.has(previous.toLowerCase()))) return false;
  return true;
}

function shapeOf(text: string): Token['shape'] {
  if (/^\p{N}/u.test(text))
    return /\p{Lu}/u.test(text) && /\p{L}{2}/u.test(text) && !/\p{Ll}/u.test(text) ? 'upper' : 'number';
  if (text.length > maxWord) return 'caseless';
  if (/^\p{Lu}/u.test(text)) {
    if (/^\p{Lu}\.?$/u.test(text)) return 'initial';
    return /\p{Ll}/u.test(text) ? 'capital' : 'upper';
  }
  if (/^\p{Ll}/u.test(text))
    return /^\p{Ll}{1,3}['’-]?\p{Lu}/u.test(text) && !/^(?:pre|non|mid|ex|all|pro|co|re|un)-/u.test(text)
      ? 'mixed'
      : 'lower';
  return 'caseless';
}

function styleOf(tokens: readonly Token[]): Line['style'] {
  let upper = 0;
  let capital = 0;
  let lower = 0;
  let long = 0;
  for (const { shape, text } of tokens) {
    if (shape === 'upper') upper += 1;
    else if (shape === 'capital' || shape === 'mixed') capital += 1;
    else if (shape === 'lower') {
      lower += 1;
      if (text.length > 3) long += 1;
    }
  }
  if (upper > 0 && upper >= 0.6 * (upper + capital + lower)) return 'capitals';
  // A list of names has as many capitals.
  const ends = tokens.filter(({ shape, joinsNext }) => shape === 'capital' && !joinsNext).length;
  // In "Japan Gets Lucky Win over China", all but short words have capitals.
  if (capital + upper >= 5 && long * 6 <= capital + upper && ends * 3 <= capital) return 'headline';
  return 'sentence';
}
