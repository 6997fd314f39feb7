import { z } from 'zod';
import { gatheringFields, ofEachKind } from './gathering.ts';
import { channelIdsSchema } from './saved-search-input.ts';

const kindChanges = z.strictObject(gatheringFields).partial().meta({ id: 'AlertGatheringChanges' });

export const alertSettingsChangesSchema = z
  .strictObject({
    min_relevance: z
      .number({ error: 'should be a number' })
      .gt(0, { error: 'should be above 0' })
      .max(1, { error: 'should be 1 at most' })
      .nullable()
      .meta({ description: 'Articles at least so relevant by the keywords raise an alert; null: none do' }),
    channel_ids: channelIdsSchema.meta({ description: 'Where events and articles of high relevance are notified' }),
    kinds: z
      .strictObject(ofEachKind(() => kindChanges))
      .partial()
      .meta({ description: 'How alerts are gathered, by their kind; kinds and settings that are left out stay' }),
  })
  .partial();
export type AlertSettingsChanges = z.input<typeof alertSettingsChangesSchema>;
