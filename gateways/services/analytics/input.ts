import { z } from 'zod';
import { time } from '../articles/query.ts';
import { storableText } from '../text-schema.ts';

/** What counts can be told apart by. */
export const dimensions = ['source', 'category', 'topic', 'entity', 'language', 'sentiment'] as const;
export type Dimension = (typeof dimensions)[number];

export const countedThings = ['all', ...dimensions, 'activity'] as const;
export type Counted = (typeof countedThings)[number];

export const seriesWindows = ['minute', 'hour', 'day'] as const;
export type SeriesWindow = (typeof seriesWindows)[number];

export const trendingThings = ['category', 'topic', 'entity', 'story'] as const;
export type TrendingThing = (typeof trendingThings)[number];

const value = storableText(200).min(1).optional();
const limit = z.coerce.number({ error: 'should be a number' }).int().min(1).max(100).default(20);
const from = time.optional().describe('Published at this time or later, back to the beginning of its window');
const to = time.optional().describe('Published before this time, on to the end of its window. Default: now');

const timeZone = z
  .string()
  .max(64)
  .default('UTC')
  .refine(isTimeZone, { error: 'should be a zone of the IANA database, for example Europe/Berlin' })
  .describe('In which days begin at midnight');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const window = z
  .enum(seriesWindows)
  .default('hour')
  .describe('minute: 6 hours at most, counted now; hour: 92 days at most; day: 800 days at most');

export const seriesSchema = z.strictObject({
  of: z.enum(countedThings).default('all').describe('all: all articles; activity: what people did, by action'),
  value: value.describe(
    'Which category, topic (id), source (id), entity (key), language, sentiment or action; default: those with the most',
  ),
  window,
  from,
  to,
  time_zone: timeZone,
  limit: limit.describe('How many values, where none is named'),
});
export type SeriesInput = z.input<typeof seriesSchema>;
export type SeriesQuery = z.output<typeof seriesSchema>;

export const topSchema = z.strictObject({
  of: z.enum([...dimensions, 'activity']).describe('What is listed'),
  from: from.describe('Default: seven days before to. The span is 31 days at most'),
  to,
  limit,
});
export type TopInput = z.input<typeof topSchema>;
export type TopQuery = z.output<typeof topSchema>;

export const sentimentSchema = z.strictObject({
  of: z.enum(['all', 'category', 'topic', 'source']).default('all'),
  value: value.describe('Which category, topic (id) or source (id); default: those with the most articles'),
  window: z.enum(['hour', 'day']).default('day'),
  from,
  to,
  time_zone: timeZone,
  limit,
});
export type SentimentInput = z.input<typeof sentimentSchema>;
export type SentimentQuery = z.output<typeof sentimentSchema>;

export const trendingSchema = z.strictObject({
  of: z
    .enum(trendingThings)
    .default('category')
    .describe("category of the taxonomy, topic of the organisation's own, entity, or story"),
});
export type TrendingInput = z.input<typeof trendingSchema>;
