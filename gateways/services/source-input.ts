import { z } from 'zod';
import { isStorable, storableText } from './text-schema.ts';

/**
 * What a person may call a source's type, and the connector of the collect stage that reads it. The formats of feeds
 * are told apart by looking at what comes.
 */
export const connectorOfType = { rss: 'feed', atom: 'feed', 'json-feed': 'feed' } as const;
export type SourceType = keyof typeof connectorOfType;
export const sourceTypes = Object.keys(connectorOfType) as readonly SourceType[];

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
  enabled: z.boolean({ error: 'should be true or false' }),
} satisfies Record<string, z.ZodType> & { readonly type: z.ZodType<SourceType> };

export const newSourceSchema = z.strictObject({
  name: fields.name,
  url: fields.url,
  type: fields.type.default('rss'),
  display_name: fields.display_name.default(null),
  description: fields.description.default(null),
  config: fields.config.default({}),
  enabled: fields.enabled.default(true),
});
export type NewSource = z.input<typeof newSourceSchema>;

export const sourceChangesSchema = z.strictObject(fields).partial();
export type SourceChanges = z.input<typeof sourceChangesSchema>;
