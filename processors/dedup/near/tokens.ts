/** A word of a text. Numbers tell reports of one form apart; short words are mostly grammar, which all texts share. */
export interface Token {
  readonly hash: number;
  readonly kind: 'short' | 'long' | 'number';
}

/** What lies behind is not looked at: an article is known by its first 10,000 words or so. */
const maxCharacters = 60_000;
const minLongCharacters = 5;

/**
 * Scripts that put no spaces between words: there each character counts together with the one behind it. Segmenters
 * know words, but change with their dictionaries, and then the same text would give other tokens.
 */
const unspaced = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]`;
const words = new RegExp(
  String.raw`(?<character>${unspaced}\p{M}*)|(?:(?!${unspaced})[\p{L}\p{M}\p{N}])+(?:[.,]\p{N}+)*`,
  'gu',
);
const digit = /\p{N}/u;

/** @param folded as `foldedText` gives it, of any length and content */
export function tokensOf(folded: string): readonly Token[] {
  const tokens: Token[] = [];
  let before = '';
  let endBefore = -1;
  for (const { 0: word, index, groups } of folded.slice(0, maxCharacters).matchAll(words)) {
    const character = groups?.['character'] ?? '';
    if (character === '') tokens.push({ hash: hashOf(word), kind: kindOf(word) });
    else if (before !== '' && endBefore === index) tokens.push({ hash: hashOf(before + character), kind: 'long' });
    before = character;
    endBefore = index + word.length;
  }
  return tokens;
}

function kindOf(word: string): Token['kind'] {
  if (digit.test(word)) return 'number';
  return word.length < minLongCharacters ? 'short' : 'long';
}

/** What `text_hash` of an article is made of: texts with the same hash have the same tokens. */
export function foldedText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** FNV-1a over UTF-16 code units, mixed at the end. 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

/** The finaliser of MurmurHash3: every bit depends on all. */
export function mixed(given: number): number {
  let hash = given ^ (given >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
