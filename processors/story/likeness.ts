import type { Story, StoryArticle } from './story-state.ts';

type Terms = StoryArticle['terms'];

/** 0 for a term that every story has, 1 for one that none has. */
export type Rarity = (term: string) => number;

/** So that the first stories do not make every word a common one. */
const assumedStories = 50;

export function rarityAmong(stories: number, storiesWith: (term: string) => number): Rarity {
  const all = stories + assumedStories;
  return (term) => Math.max(0, Math.log(all / (storiesWith(term) + 1))) / Math.log(all);
}

/** How much of a score the words are; the cosine is the rest. None in common takes half of it away. */
const share = 0.2;

/** A term that this part of the articles has counts as the story's. */
const established = 0.5;

const entityWeight = (term: string) => (term.startsWith('@') ? 0.5 : 1);

/** What words and entities in common add to a cosine; what they lack they take from it. */
export const likeness = {
  greatest: share / 2,

  ofArticle(terms: Terms, story: Story, rarity: Rarity): number {
    let common = 0;
    let all = 0;
    for (const { term, weight } of terms) {
      const worth = (weight * rarity(term)) ** 2;
      const count = story.terms.get(term) ?? 0;
      all += worth;
      common += worth * Math.min(1, count / story.articleCount / established);
    }
    return share * ((all === 0 ? 0 : common / all) - 0.5);
  },

  /** Cosine of their weighted terms. */
  ofStories(a: Story, b: Story, rarity: Rarity): number {
    const worth = (story: Story, term: string) =>
      ((story.terms.get(term) ?? 0) / story.articleCount) * rarity(term) * entityWeight(term);
    let common = 0;
    let squaresA = 0;
    let squaresB = 0;
    for (const term of a.terms.keys()) {
      const ofA = worth(a, term);
      squaresA += ofA * ofA;
      common += ofA * worth(b, term);
    }
    for (const term of b.terms.keys()) squaresB += worth(b, term) ** 2;
    return share * (squaresA * squaresB === 0 ? -0.5 : common / Math.sqrt(squaresA * squaresB) - 0.5);
  },
};

const maxShown = 8;

/** The terms that an article shares with a story, for people: the rarest first. */
export function commonTerms(terms: Terms, story: Story, rarity: Rarity): readonly string[] {
  return terms
    .filter(({ term }) => story.terms.has(term))
    .toSorted((a, b) => rarity(b.term) - rarity(a.term))
    .slice(0, maxShown)
    .map(({ term }) => term.replace(/^@/u, ''));
}

/** Of what the model does not understand: some words in common. Found on newspapers in 20 languages. */
const least = share * (0.12 - 0.5);

type Languages = readonly (string | null)[];

/**
 * Whether too few words agree for two that only their meaning may bring together.
 *
 * @param likenessOfWords as `likeness` tells it
 * @param a languages of either, ISO 639-1; null and none where they are not known
 */
export function lacksWords(likenessOfWords: number, a: Languages, b: Languages): boolean {
  return likenessOfWords < least && !(isUnderstood(a) && isUnderstood(b));
}

/**
 * The model has learned English: of other languages all texts are as near to each other as those of one story are in
 * English.
 */
function isUnderstood(languages: Languages): boolean {
  return languages.length === 0 || languages.some((language) => language === null || language === 'en');
}
