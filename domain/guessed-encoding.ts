/** Enough to tell; the rest of a document is not looked at. */
const sampleBytes = 40_000;

interface Candidate {
  readonly encoding: string;
  /** Characters that texts in this encoding are full of, and that other texts hardly yield when read by it. */
  readonly usual: RegExp;
  /** Of all characters beyond ASCII. */
  readonly share: number;
}

/** In this order: what comes later reads what belongs to the earlier ones, too. */
const candidates: readonly Candidate[] = [
  { encoding: 'euc-jp', usual: /[\u3041-\u3096\u30a1-\u30fc]/g, share: 0.25 },
  { encoding: 'shift_jis', usual: /[\u3041-\u3096\u30a1-\u30fc]/g, share: 0.25 },
  { encoding: 'euc-kr', usual: /[\uac00-\ud7a3]/g, share: 0.8 },
  {
    encoding: 'gb18030',
    usual: /[的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后]/g,
    share: 0.08,
  },
  {
    encoding: 'big5',
    usual: /[的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後]/g,
    share: 0.08,
  },
  { encoding: 'windows-1251', usual: /[а-яё]{2,}/g, share: 0.6 },
  { encoding: 'koi8-r', usual: /[а-яё]{2,}/g, share: 0.6 },
];

/**
 * What bytes are that are no UTF-8 and of which nobody says anything.
 *
 * @returns null where it cannot be told from Western text
 */
export function guessedEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, sampleBytes);
  for (const { encoding, usual, share } of candidates) {
    const text = new TextDecoder(encoding).decode(sample);
    // oxlint-disable-next-line no-control-regex
    const foreign = text.match(/[^\u0000-\u007f]/g)?.length ?? 0;
    const unreadable = text.match(/\ufffd/g)?.length ?? 0;
    const found = (text.match(usual) ?? []).join('').length;
    // A sample may end within a character.
    if (foreign > 0 && unreadable <= 1 + foreign / 200 && found / foreign >= share) return encoding;
  }
  return null;
}
