import { z } from 'zod';
import { isTimeZone } from '../../reports/period.ts';
import { reportKinds } from '../../reports/report.ts';
import { time } from '../articles/query.ts';
import { channelIdsSchema, nameSchema } from '../alerts/saved-search-input.ts';
import { idSchema } from '../text-schema.ts';
import { settingsListSchema } from '../settings/settings-list.ts';

export const maxSchedules = 100;

const kind = z
  .enum(reportKinds, { error: `should be one of ${reportKinds.join(', ')}` })
  .meta({ description: 'daily: the last whole day; weekly: the last seven' });
const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, { error: 'should be a zone of the IANA database, for example Europe/Berlin' })
  .meta({ description: 'In which days begin at midnight' });
const savedSearch = idSchema.nullable().meta({ description: 'Null: on all that the organisation follows' });

export const newReportSchema = z.strictObject({
  kind,
  saved_search_id: savedSearch.default(null),
  time_zone: timeZone.default('UTC'),
  until: time.optional().meta({ description: 'The days before this time. Default: now' }),
});
export type NewReport = z.input<typeof newReportSchema>;

export const reportListSchema = settingsListSchema.extend({
  kind: kind.optional(),
  saved_search: idSchema.optional(),
});
export type ReportListInput = z.input<typeof reportListSchema>;

const whole = (least: number, most: number) =>
  z
    .int({ error: 'should be a whole number' })
    .min(least, { error: `should be ${least} at least` })
    .max(most, { error: `should be ${most} at most` });

const fields = {
  name: nameSchema,
  kind,
  saved_search_id: savedSearch,
  hour: whole(0, 23).meta({ description: 'Of the day, in the time zone' }),
  weekday: whole(1, 7).meta({ description: 'Of weekly reports; 1 is Monday. It is on the seven days before' }),
  time_zone: timeZone,
  channel_ids: channelIdsSchema.meta({ description: 'Where it is sent; none: it is stored only' }),
  enabled: z.boolean({ error: 'should be true or false' }),
};

export const newScheduleSchema = z.strictObject({
  name: fields.name,
  kind: fields.kind,
  saved_search_id: fields.saved_search_id.default(null),
  hour: fields.hour.default(7),
  weekday: fields.weekday.default(1),
  time_zone: fields.time_zone.default('UTC'),
  channel_ids: fields.channel_ids.default([]),
  enabled: fields.enabled.default(true),
});
export type NewSchedule = z.input<typeof newScheduleSchema>;

export const scheduleChangesSchema = z.strictObject(fields).partial();
export type ScheduleChanges = z.input<typeof scheduleChangesSchema>;
