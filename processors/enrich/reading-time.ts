import type { Enricher } from './enricher.ts';
import { isSyllabic, wordsOf } from './words.ts';

/**
 * Words a minute of silent reading, adults, English non-fiction: M. Brysbaert, "How many words do we read per minute?
 * A review and meta-analysis of reading rate", Journal of Memory and Language 109 (2019).
 */
const wordsPerMinute = 238;

/**
 * Characters a minute of Chinese and Japanese: S. Trauzettel-Klosinski and K. Dietz, "Standardized assessment of
 * reading performance: the new international reading speed texts IReST", IOVS 53 (2012).
 */
const charactersPerMinute = { zh: 255, ja: 357 } as const;

/** Between parts of a long text other work gets its turn. */
const charactersPerTurn = 50_000;

/** Counts words; of scripts without spaces between words (Han, kana) it counts characters. */
export const readingTime: Enricher = {
  name: 'reading-time',
  async find({ text }, { language }) {
    let words = 0;
    let characters = 0;
    for (let at = 0; at < text.length; at += charactersPerTurn) {
      if (at > 0) await new Promise(setImmediate);
      // A word on the border counts twice: one in ten thousand.
      for (const { text: word } of wordsOf(text.slice(at, at + charactersPerTurn), language)) {
        if (isSyllabic(word)) characters += Array.from(word).length;
        else words += 1;
      }
    }
    const perMinute = charactersPerMinute[language === 'ja' ? 'ja' : 'zh'];
    const minutes = words / wordsPerMinute + characters / perMinute;
    return { word_count: words + characters, reading_time_seconds: Math.ceil(minutes * 60) };
  },
};
