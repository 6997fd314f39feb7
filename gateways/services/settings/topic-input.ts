import { z } from 'zod';
import { idSchema, storableText } from '../text-schema.ts';

/** Characters of a text that the model reads; more would only be carried along. */
export const maxExampleCharacters = 2_000;
const maxExamples = 50;
export const maxTopics = 100;
export const maxKeywords = 1_000;

const example = z
  .strictObject({
    article_id: idSchema.optional().describe('An article that belongs to it; its text is taken as it is now'),
    text: storableText(100_000)
      .trim()
      .min(1, { error: 'should not be empty' })
      .transform((text) => text.slice(0, maxExampleCharacters).toWellFormed())
      .optional()
      .describe('Or the text itself: headline and lead'),
  })
  .refine((given) => (given.article_id === undefined) !== (given.text === undefined), {
    error: 'should have either article_id or text',
  });
export type ExampleInput = z.output<typeof example>;

const topicFields = {
  name: storableText(10_000)
    .trim()
    .min(1, { error: 'should not be empty' })
    .max(255, { error: 'should have at most 255 characters' })
    .meta({ description: 'Unique in the organisation' }),
  description: storableText(2_000).trim().nullable().meta({ description: 'What it is about, in a sentence or two' }),
  examples: z
    .array(example, { error: 'should be a list of examples' })
    .max(maxExamples, { error: `should be ${maxExamples} at most` })
    .meta({ description: 'Five tell more than a description, fifty more than five' }),
};

export const newTopicSchema = z.strictObject({
  name: topicFields.name,
  description: topicFields.description.default(null),
  examples: topicFields.examples.default([]),
});
export type NewTopic = z.input<typeof newTopicSchema>;

export const topicChangesSchema = z.strictObject(topicFields).partial();
export type TopicChanges = z.input<typeof topicChangesSchema>;

const keywordFields = {
  keyword: storableText(200)
    .trim()
    .min(1, { error: 'should not be empty' })
    .refine((text) => /[\p{L}\p{N}]/u.test(text), { error: 'should hold a letter or a digit' })
    .meta({ description: 'A word or several; found as whole words, in any case and with or without accents' }),
  weight: z
    .number({ error: 'should be a number' })
    .gt(0, { error: 'should be above 0' })
    .max(10, { error: 'should be 10 at most' })
    .meta({ description: 'How much it counts; 1 unless told' }),
};
export const newKeywordSchema = z.strictObject({
  keyword: keywordFields.keyword,
  weight: keywordFields.weight.default(1),
});
export type NewKeyword = z.input<typeof newKeywordSchema>;

export const keywordChangesSchema = z.strictObject(keywordFields).partial();
export type KeywordChanges = z.input<typeof keywordChangesSchema>;
