import { z } from 'zod';
import { articleListSchema } from '../articles/query.ts';
import { idSchema, storableText } from '../text-schema.ts';

const { limit, cursor, language, source } = articleListSchema.shape;

export const storySorts = ['-last_at', '-article_count'] as const;

export const storyListSchema = z.strictObject({
  language: language.describe('Has an article in this language (ISO 639-1)'),
  source: source.describe("Has an article that this source's feed lists"),
  site: storableText(255).min(1).optional().describe('Has an article of this site, for example example.com'),
  entity: storableText(200).min(1).optional().describe('Names this entity, by its key'),
  from: articleListSchema.shape.published_from.describe('Its latest article was published at this time or later'),
  to: articleListSchema.shape.published_to.describe('Its first article was published before this time'),
  min_articles: z.coerce
    .number({ error: 'should be a number' })
    .int()
    .min(1)
    .max(100_000)
    .default(2)
    .describe('Most articles stay alone: 1 lists them too'),
  sort: z
    .enum(storySorts)
    .default('-last_at')
    .describe('-last_at: the newest first; -article_count: the biggest first'),
  limit,
  cursor,
});
export type StoryListInput = z.input<typeof storyListSchema>;
export type StoryList = z.output<typeof storyListSchema>;

export const storyArticlesSchema = z.strictObject({ limit, cursor });
export type StoryArticlesInput = z.input<typeof storyArticlesSchema>;

export const mergeSchema = z.strictObject({ into_story_id: idSchema.describe('The story that stays') });
export type MergeInput = z.input<typeof mergeSchema>;

export const splitSchema = z.strictObject({
  article_ids: z.array(idSchema).min(1).max(100).describe('Articles of the story that become a story of their own'),
});
export type SplitInput = z.input<typeof splitSchema>;
