import { analyse } from './analyse.ts';

/** Raised when the same article comes to other lexemes or keys: stored ones are then made anew. */
export const analysisRevision = 1;

/** What is read of each part, in UTF-16 units: half an hour's reading of text. */
const maxCharacters = { title: 2_000, summary: 10_000, text: 100_000 } as const;

/** Parts in the order of their positions; their places are the weights A, B and C of a tsvector. */
export const articleParts = ['title', 'summary', 'text'] as const;
export type ArticlePart = (typeof articleParts)[number];

/** What Postgres keeps of a tsvector: words further on stand at the last position, where no phrase finds them. */
const maxPosition = 16_383;
const maxPlaces = 255;
/** A tsvector holds a MiB of lexemes and places. */
const maxBytes = 1_000_000;
/** Of a lexeme beside its text, and of each place. */
const lexemeBytes = 4;
const placeBytes = 2;

/**
 * By lexeme where it stands, in ascending order. A place is a number: see `positionOf` and `partOf`. Between the parts a
 * position is free, so that no phrase goes over their border.
 */
export type ArticleLexemes = ReadonlyMap<string, readonly number[]>;

export const positionOf = (place: number): number => place >> 2;
export const partOf = (place: number): ArticlePart => articleParts[place & 3] ?? 'text';

export interface AnalysedText {
  readonly title: string;
  readonly summary: string | null;
  /** The body: content.articles calls it content. */
  readonly content: string;
  /** ISO 639-1. */
  readonly language: string | null;
}

/**
 * What an article is found by, within the bounds of a tsvector: the view stores just this, and who matches in memory
 * sees no more.
 */
export function articleLexemes({ title, summary, content, language }: AnalysedText): ArticleLexemes {
  const lexemes = new Map<string, number[]>();
  const texts = [title, summary ?? '', content];
  let room = maxBytes;
  let before = 0;
  for (const [part, name] of articleParts.entries()) {
    const text = (texts[part] ?? '').slice(0, maxCharacters[name]);
    const last = analyse(text, language, (lexeme, at) => {
      if (room <= 0) return;
      const place = Math.min(before + at, maxPosition) * 4 + part;
      const places = lexemes.get(lexeme);
      if (places === undefined) {
        lexemes.set(lexeme, [place]);
        room -= Buffer.byteLength(lexeme) + lexemeBytes + placeBytes;
      } else if (places.length < maxPlaces && positionOf(places.at(-1) ?? 0) < positionOf(place)) {
        places.push(place);
        room -= placeBytes;
      }
    });
    if (last > 0) before = Math.min(before + last + 1, maxPosition - 1);
  }
  return lexemes;
}
