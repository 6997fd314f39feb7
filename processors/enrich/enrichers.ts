import type { Enricher } from './enricher.ts';
import { entities } from './entities.ts';
import { keywords } from './keywords.ts';
import { language } from './language.ts';
import { quality } from './quality.ts';
import { readingTime } from './reading-time.ts';
import { sentences } from './sentences.ts';
import { sentiment } from './sentiment.ts';
import { summary } from './summary.ts';

/** In this order: the others need the language. */
export const enrichers: readonly Enricher[] = [
  language,
  readingTime,
  sentences,
  keywords,
  summary,
  sentiment,
  entities,
  quality,
];
