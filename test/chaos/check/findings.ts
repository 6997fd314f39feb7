/**
 * The words for what can be wrong:
 * - lost: it is in the ledger, and missing where it must be
 * - duplicate: it is there twice, and nothing tells that it is the same
 * - wrong-content: it is there, and says something else than the ledger or the topic that it comes from
 * - backwards: an older version follows, or stands in place of, a newer one
 * - vanished: a reader has seen it, and then it was not there
 * - unseen: it is there, and in no ledger
 */
export const words = ['lost', 'duplicate', 'wrong-content', 'backwards', 'vanished', 'unseen'] as const;
export type Word = (typeof words)[number];

export interface Finding {
  readonly word: Word;
  /** A topic, a view or a reader. */
  readonly where: string;
  /** Of an article or a record. */
  readonly id: string;
  readonly detail: string;
}

export type Report = (word: Word, where: string, id: string, detail: string) => void;

export class Findings {
  readonly list: Finding[] = [];

  readonly report: Report = (word, where, id, detail) => {
    this.list.push({ word, where, id, detail });
  };

  /** Some of each word, so that many of one do not hide the few of another. */
  first(ofEach: number): readonly Finding[] {
    return words.flatMap((word) => this.list.filter((finding) => finding.word === word).slice(0, ofEach));
  }

  counts(): Readonly<Record<Word, number>> {
    const counts = Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;
    for (const { word } of this.list) counts[word] += 1;
    return counts;
  }
}
