import { z } from 'zod';
import { storyOf, updateOf, type Story } from './story-state.ts';

const number = z.number();
const texts = z.array(z.string());
/** What stands in Redis: written by this file alone. */
const shape = z.object({
  update: z.object({
    story_id: z.string(),
    version: number,
    visibility: z.string(),
    merged_into: z.string().nullable(),
    title: z.string(),
    first_at: number,
    last_at: number,
    article_count: number,
    sources: texts,
    languages: texts,
    entities: texts,
    by_hand: z.boolean(),
    method: z.string(),
    model: z.string(),
    terms: z.array(z.object({ term: z.string(), count: number })),
    absorbed: texts,
    apart: texts,
  }),
  mean: z.string(),
  headlines: z.array(z.object({ article_id: z.string(), title: z.string(), vector: z.string() })),
});

/** A story as text; numbers of vectors as base64 of their bytes, a third of their length in decimals. */
export function pack(story: Story): string {
  const { mean: _mean, headlines, ...update } = updateOf(story);
  const { buffer, byteOffset, byteLength } = story.mean;
  return JSON.stringify({
    update,
    mean: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    headlines: headlines.map((one) => ({ ...one, vector: one.vector.toString('base64') })),
  });
}

/** @throws Error for text that `pack` has not written */
export function unpack(text: string): Story {
  const { update, mean, headlines } = shape.parse(JSON.parse(text));
  // Bytes of its own: those of a pool need not begin where a Float32Array can, and would stay as long as the headlines beside them.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(mean, 'base64'));
  bytes.write(mean, 'base64');
  const story = storyOf({
    ...update,
    mean: [],
    headlines: headlines.map((one) => ({ ...one, vector: Buffer.from(one.vector, 'base64') })),
  });
  story.mean = new Float32Array(bytes.buffer);
  return story;
}
