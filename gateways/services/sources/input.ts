import { z } from 'zod';
import { credentialsSchema } from '../../../domain/credentials.ts';
import { sourceTypes } from '../../../domain/connectors.ts';
import { newScheduleFields, scheduleChangeFields } from './schedule.ts';
import { isStorable, storableText } from '../text-schema.ts';

/** What a person may call a source's type, as `sourceTypes` lists. */
export type SourceType = string;

const maxConfigBytes = 16_384;

const config = z
  .record(z.string(), z.unknown(), { error: 'should be an object' })
  .refine(isStorableJson, { error: `should be at most ${maxConfigBytes} bytes of JSON without NUL` })
  .meta({ description: "The connector's configuration" });

function isStorableJson(value: Record<string, unknown>): boolean {
  const text = JSON.stringify(value);
  // JSON writes NUL and half characters as escapes; Postgres refuses both in jsonb.
  return Buffer.byteLength(text) <= maxConfigBytes && isStorable(text) && !/\\u(?:0000|d[89a-f])/i.test(text);
}

const longestDelaySeconds = 30;
const delayWords = `should be a whole number of seconds between 1 and ${longestDelaySeconds}`;

const fields = {
  name: storableText(10_000)
    .trim()
    .min(1, { error: 'should not be empty' })
    .max(255, { error: 'should have at most 255 characters' })
    .meta({ description: 'Unique in the organisation' }),
  display_name: storableText(255).trim().nullable(),
  description: storableText(1000).nullable(),
  url: storableText(2048)
    .trim()
    .min(1)
    .meta({ description: 'Address of the feed', example: 'https://example.org/feed' }),
  type: z.enum(sourceTypes, { error: `should be one of ${sourceTypes.join(', ')}` }),
  config,
  credentials: credentialsSchema.nullable().meta({
    description: 'What opens the source. Kept sealed and never shown; such a source is of its organisation alone',
  }),
  tags: z
    .array(storableText(100).trim().min(1, { error: 'should not be empty' }), { error: 'should be a list of texts' })
    .max(20, { error: 'should be 20 at most' })
    .transform((tags) => [...new Set(tags)])
    .meta({ description: 'Folders and labels, for example News/Europe' }),
  enabled: z.boolean({ error: 'should be true or false' }),
  delay_seconds: z
    .int({ error: delayWords })
    .min(1, { error: delayWords })
    .max(longestDelaySeconds, { error: delayWords })
    .nullable()
    .meta({
      description:
        'After a request for the source, until the next to its site. A longer one, of robots.txt or of another source of the feed, counts before it',
    }),
} satisfies Record<string, z.ZodType> & { readonly type: z.ZodType<SourceType> };

export const newSourceSchema = z.strictObject({
  name: fields.name,
  url: fields.url,
  type: fields.type.default('rss'),
  display_name: fields.display_name.default(null),
  description: fields.description.default(null),
  config: fields.config.default({}),
  credentials: fields.credentials.default(null),
  tags: fields.tags.default([]),
  enabled: fields.enabled.default(true),
  delay_seconds: fields.delay_seconds.default(null),
  ...newScheduleFields,
});
export type NewSource = z.input<typeof newSourceSchema>;

export const sourceChangesSchema = z.strictObject({ ...fields, ...scheduleChangeFields }).partial();
export type SourceChanges = z.input<typeof sourceChangesSchema>;

/** A source that nobody follows yet. */
export const sourceToTrySchema = newSourceSchema.pick({ url: true, type: true, config: true, credentials: true });
export type SourceToTry = z.input<typeof sourceToTrySchema>;

export const siteToSearchSchema = z.strictObject({
  url: storableText(2048).trim().min(1).meta({ example: 'https://example.org/' }),
});
export type SiteToSearch = z.input<typeof siteToSearchSchema>;
