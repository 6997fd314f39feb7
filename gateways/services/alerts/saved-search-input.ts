import { z } from 'zod';
import { idSchema, storableText } from '../text-schema.ts';
import { gatheringFields } from './gathering.ts';

export const maxSavedSearches = 10_000;
/** As the query language takes them. */
const maxQueryCharacters = 2_000;

export const nameSchema = storableText(10_000)
  .trim()
  .min(1, { error: 'should not be empty' })
  .max(255, { error: 'should have at most 255 characters' })
  .meta({ description: 'Unique in the organisation' });

export const channelIdsSchema = z
  .array(idSchema, { error: 'should be a list of ids' })
  .max(20, { error: 'should be 20 at most' })
  .transform((ids) => [...new Set(ids)]);

const fields = {
  name: nameSchema,
  query: storableText(maxQueryCharacters)
    .trim()
    .min(1, { error: 'should not be empty' })
    .meta({ description: 'In the query language, as for search' }),
  alert_enabled: z.boolean({ error: 'should be true or false' }).meta({
    description: 'Whether articles that match raise alerts: those that are first collected from now on',
  }),
  ...gatheringFields,
  channel_ids: channelIdsSchema.meta({ description: 'Where it is notified; none: alerts are listed only' }),
};

export const newSavedSearchSchema = z.strictObject({
  name: fields.name,
  query: fields.query,
  alert_enabled: fields.alert_enabled.default(false),
  throttle_minutes: fields.throttle_minutes.default(null),
  digest: fields.digest.default('none'),
  snoozed_until: fields.snoozed_until.default(null),
  channel_ids: fields.channel_ids.default([]),
});
export type NewSavedSearch = z.input<typeof newSavedSearchSchema>;

export const savedSearchChangesSchema = z.strictObject(fields).partial();
export type SavedSearchChanges = z.input<typeof savedSearchChangesSchema>;

export const searchTrialSchema = z.strictObject({
  days: z.coerce
    .number({ error: 'should be a number' })
    .int()
    .min(1)
    .max(30)
    .default(7)
    .describe('How far back to look, by when articles were collected'),
  limit: z.coerce.number({ error: 'should be a number' }).int().min(0).max(50).default(10).describe('Examples at most'),
});
export type SearchTrialInput = z.input<typeof searchTrialSchema>;
