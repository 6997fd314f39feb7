import type { Entity } from '../../schemas/types.ts';
import { type Enricher, maxCharacters } from './enricher.ts';
import { findCountries, isCaseless } from './entities/caseless.ts';
import { openLexicon } from './entities/lexicon.ts';
import { findMentions } from './entities/mentions.ts';
import { mergeMentions } from './entities/merge.ts';

/**
 * Finds persons, organisations, places and other names (nationalities, events) by how they are written, by lists of
 * names (compromise, CLDR, own) and by their surroundings, and merges what an article calls one thing by several names.
 */
export const entities: Enricher = {
  name: 'entities',
  prepare: openLexicon,
  async find({ title, text }, { language }) {
    return { entities: await findEntities(title, text, language), entities_method: method };
  },
};

/** Of longer titles the rest is not read. */
const maxTitle = 1_000;

const method = 'capitals-gazetteer-1';

/** @returns the most mentioned first */
export async function findEntities(title: string, text: string, language: string | null): Promise<readonly Entity[]> {
  const whole = `${title.slice(0, maxTitle)}\n${text.slice(0, maxCharacters)}`;
  if (isCaseless(language)) return mergeMentions(findCountries(whole, language), whole);
  return mergeMentions(findMentions(whole, language, await openLexicon()), whole);
}
