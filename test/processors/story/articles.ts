import type { StoryArticle } from '../../../processors/story/story-state.ts';
import { termsOf } from '../../../processors/story/terms.ts';

const dayMs = 86_400_000;

/**
 * An article whose meaning is told by an angle: those 0.4 apart have a cosine of 0.92, those 1.6 apart have nothing to
 * do with each other.
 */
export function storyArticle(
  id: string,
  title: string,
  angle: number,
  { day = 0, ...changes }: Partial<StoryArticle> & { readonly day?: number } = {},
): StoryArticle {
  return {
    id,
    visibility: 'public',
    title,
    source: 'a.example',
    language: 'en',
    publishedAt: day * dayMs,
    model: 'angles@1',
    vector: new Float32Array([Math.cos(angle), Math.sin(angle)]),
    terms: termsOf(title),
    version: 1_000,
    ...changes,
  };
}
