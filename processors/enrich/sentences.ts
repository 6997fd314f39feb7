import type { Enricher } from './enricher.ts';
import { sentencesOf } from './sentences/split-sentences.ts';

/** Between parts of a long text other work gets its turn. */
const charactersPerTurn = 50_000;

/** Counts sentences; a headline or caption on a line of its own counts as one. */
export const sentences: Enricher = {
  name: 'sentences',
  async find({ text }, { language }) {
    let count = 0;
    for (let at = 0; at < text.length; at += charactersPerTurn) {
      if (at > 0) await new Promise(setImmediate);
      // A sentence on the border counts twice: one in a few hundred.
      for (const _ of sentencesOf(text.slice(at, at + charactersPerTurn), language)) count += 1;
    }
    return { sentence_count: count };
  },
};
