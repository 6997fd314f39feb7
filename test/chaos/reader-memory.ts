import { numberInTitle } from './article-plan.ts';
import type { ReaderJournalLine } from './reader-journal.ts';

/** What one way of reading has seen so far, and what in it cannot be. */
export class ReaderMemory {
  readonly #where: string;
  readonly #write: (line: ReaderJournalLine) => void;
  /** The greatest version of each article. */
  readonly seen = new Map<string, number>();

  constructor(where: string, write: (line: ReaderJournalLine) => void) {
    this.#where = where;
    this.#write = write;
  }

  found(id: string, title: string): void {
    const number = numberInTitle(title);
    if (number === undefined) return this.#note('wrong-content', id, `the title is "${title}"`);
    const before = this.seen.get(id) ?? 0;
    if (number < before) this.#note('backwards', id, `version ${number} after ${before}`);
    if (number <= before) return;
    this.seen.set(id, number);
    this.#write({ kind: 'seen', atMs: Date.now(), where: this.#where, id, number });
  }

  /** It was asked for, and the answer was that there is none. */
  missing(id: string): void {
    if (this.seen.has(id)) this.#note('vanished', id, `version ${this.seen.get(id)} was there`);
  }

  #note(word: 'backwards' | 'vanished' | 'wrong-content', id: string, detail: string): void {
    this.#write({ kind: 'finding', atMs: Date.now(), word, where: this.#where, id, detail });
  }
}
