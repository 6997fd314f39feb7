import type { StageDefinition } from '../streams/stage.ts';
import { categorize } from './categorize/categorize.ts';
import { collect } from './collect/collect.ts';
import { dedup } from './dedup/dedup.ts';
import { embed } from './embed/embed.ts';
import { enrich } from './enrich/enrich.ts';
import { extract } from './extract/extract.ts';
import { relevance } from './relevance/relevance.ts';
import { story } from './story/story.ts';

/** The stages in the order in which an article passes them. Each says what it reads and writes. */
export const pipeline: readonly StageDefinition[] = [
  collect,
  extract,
  dedup,
  enrich,
  embed,
  story,
  categorize,
  relevance,
];
