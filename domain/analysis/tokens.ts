/** Longer ones are no words. */
const maxTokenCharacters = 100;

/** Letters and digits with their marks; C++ and C# are not C. */
const words = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*[+#]*/gu;

/** Written without spaces, or with endings that are part of the word: each character is a token of its own. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const pieces = new RegExp(`${unspaced.source}+|[^${unspaced.source.slice(1, -1)}]+`, 'gu');

/** Letters that no decomposition makes plain. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/**
 * The words of a text in lower case and without accents, so that "Zürich" meets "ZURICH". A text in a script without
 * spaces comes as its characters: a keyword is then found wherever it is written.
 */
export function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  forEachPiece(text, (piece, isUnspaced) => {
    for (const part of isUnspaced ? piece : [piece]) {
      const token = folded(part);
      if (token !== '') tokens.push(token);
    }
  });
  return tokens;
}

/** The same as one text, words parted by one space: "Smith, JANE" is "smith jane". */
export function foldWords(text: string): string {
  return tokensOf(text).join(' ');
}

/**
 * Hands over words, and runs of characters of scripts without spaces, in the order of the text; in lower case, with
 * accents. What is too long for a word is left out.
 */
export function forEachPiece(text: string, take: (piece: string, isUnspaced: boolean) => void): void {
  for (const [word] of text.normalize('NFKC').matchAll(words)) {
    const lower = word.toLowerCase();
    if (isAscii.test(lower) || !unspaced.test(lower)) {
      if (lower.length <= maxTokenCharacters) take(lower, false);
      continue;
    }
    for (const [piece] of lower.matchAll(pieces)) {
      const isUnspaced = unspaced.test(piece);
      if (isUnspaced || piece.length <= maxTokenCharacters) take(piece, isUnspaced);
    }
  }
}

const isAscii = /^[\d#+a-z]+$/;
const simple = /^[\da-z]+$/;

/** @param lower in lower case */
export function folded(lower: string): string {
  if (simple.test(lower)) return lower;
  // Marks of other scripts than these are vowels, not accents: Hindi would lose its words.
  return lower
    .normalize('NFD')
    .replaceAll(
      /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}]\p{M}*)\p{M}/gu,
      '',
    )
    .normalize('NFC')
    .replaceAll(/[ßøłđðþæœı]/gu, (letter) => plain[letter] ?? letter);
}
