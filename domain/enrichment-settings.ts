import { z } from 'zod';

/** What judges an article in the stage `enrich`, in the order in which it does: the others need the language. */
export const enricherNames = [
  'language',
  'reading-time',
  'sentences',
  'keywords',
  'summary',
  'sentiment',
  'entities',
  'quality',
] as const;

/** What a later stage finds, and a source's rule can switch as well: the categories, by `categorize`. */
export const laterNames = ['categories'] as const;

const switchable = [...enricherNames, ...laterNames] as const;
const names = z
  .array(z.enum(switchable, { error: `there are ${switchable.join(', ')}` }))
  .min(1)
  .max(switchable.length);

/** What is to be found in a source's articles: all of it, where nothing is said. */
export const enrichmentSettings = z
  .strictObject({
    only: names.optional().describe('Enrichers that judge; the others do not'),
    skip: names.optional().describe('Enrichers that do not judge'),
    max_characters: z
      .int()
      .min(200)
      .max(1_000_000)
      .optional()
      .describe('Of longer texts this much is judged, counts of words and sentences included'),
  })
  .refine(({ only, skip }) => only === undefined || skip === undefined, {
    error: 'say only or skip, not both',
    path: ['skip'],
  })
  .describe('Which enrichers judge the articles, and how much of them');

export type EnrichmentSettings = z.infer<typeof enrichmentSettings>;

/**
 * @param json Article.enrichment
 * @returns what an older or newer version wrote and this one cannot read counts as nothing said
 */
export function enrichmentOf(json: string | null): EnrichmentSettings {
  if (json === null) return {};
  try {
    return enrichmentSettings.safeParse(JSON.parse(json)).data ?? {};
  } catch {
    return {};
  }
}

export function isSwitchedOff(name: string, { only, skip }: EnrichmentSettings): boolean {
  const includes = (list: readonly string[] | undefined) => list?.includes(name);
  return includes(skip) === true || includes(only) === false;
}
