import { nearness } from './nearness.ts';
import { type NearFacts, type Sketch, sketchOf } from './sketch.ts';

/** A text that is to be found by others, and those that are near it. */
export interface TextToPlace extends NearFacts {
  /** `Facts.text` */
  readonly text: string;
  /** Of the article that has it, by `timeOf`: others are looked for within the window. */
  readonly at: number;
}

/** What was judged of a text: goes into the state with the facts of its article. */
export interface Neighbours {
  /** Tells whether the text was removed and placed anew meanwhile: then others may have missed it. */
  readonly serial: string;
  /** Texts near it, with the score as text. */
  readonly edges: readonly (readonly [text: string, score: string])[];
}

type Found = readonly (readonly [text: string, sketch: string])[];

/** The part of the state that knows texts by their buckets. */
export interface TextIndex {
  /**
   * Makes texts findable and tells who may be near each. A text is placed before it looks for others: of two that come
   * at once, one finds the other.
   *
   * @returns null where the state is not ready for that
   */
  place(texts: readonly TextToPlace[]): Promise<readonly (readonly [serial: string, found: Found])[] | null>;
  /** Texts near the given ones that may be within the window, without those known already. */
  neighbours(near: readonly string[], known: readonly string[], at: number): Promise<Found>;
}

/**
 * Places texts and judges which others are near them.
 *
 * @returns one for each text; null where the state is not ready for that
 */
export async function findNear(index: TextIndex, texts: readonly TextToPlace[]): Promise<readonly Neighbours[] | null> {
  if (texts.length === 0) return [];
  const placed = await index.place(texts);
  if (placed === null) return null;
  const found: Neighbours[] = [];
  for (const [at, given] of texts.entries()) {
    const [serial, candidates] = placed[at] ?? ['', []];
    const sketch = sketchOf(given.sketch);
    const direct = judged(sketch, candidates);
    const near = direct.map(([text]) => text);
    const known = [given.text, ...candidates.map(([text]) => text)];
    const indirect = near.length === 0 ? [] : judged(sketch, await index.neighbours(near, known, given.at));
    found.push({ serial, edges: [...direct, ...indirect] });
  }
  return found;
}

function judged(sketch: Sketch, found: Found): Neighbours['edges'] {
  return found.flatMap(([text, packed]) => {
    const score = nearness(sketch, sketchOf(packed));
    return score === null ? [] : [[text, String(score)] as const];
  });
}
