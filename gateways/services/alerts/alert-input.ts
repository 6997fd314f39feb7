import { z } from 'zod';
import { time } from '../articles/query.ts';
import { idSchema } from '../text-schema.ts';

/** What alerts are raised for. The first three are about articles; each of the others has a beginning and an end. */
export const alertKinds = [
  'saved_search',
  'high_score',
  'rule',
  'volume_anomaly',
  'activity_anomaly',
  'source_failing',
  'source_silent',
  'dead_letters',
  'stage_lag',
] as const;
export type AlertKind = (typeof alertKinds)[number];

export const alertStates = ['open', 'acknowledged', 'over'] as const;

export const alertListSchema = z.strictObject({
  kind: z
    .enum(alertKinds, { error: `should be one of ${alertKinds.join(', ')}` })
    .optional()
    .describe('What raised it'),
  saved_search: idSchema.optional().describe('Raised by this saved search'),
  article: idSchema.optional().describe('About this article'),
  state: z
    .enum(alertStates, { error: `should be one of ${alertStates.join(', ')}` })
    .optional()
    .describe('open: not acknowledged, and its cause not over'),
  raised_from: time.optional().describe('Raised at this time or later'),
  raised_to: time.optional().describe('Raised before this time'),
  limit: z.coerce.number({ error: 'should be a number' }).int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(1000).optional(),
});
export type AlertListInput = z.input<typeof alertListSchema>;
export type AlertList = z.output<typeof alertListSchema>;
