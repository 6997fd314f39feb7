import { z } from 'zod';
import { reportKinds } from '../reports/report.ts';
import { newScheduleSchema, scheduleChangesSchema } from '../services/reports/input.ts';
import { resourceSchema } from './envelope.ts';
import { resourceRoutes } from './resource-routes.ts';

const text = z.string();
const time = z.iso.datetime();

const scheduleSchema = resourceSchema(
  'report-schedules',
  z.strictObject({
    name: text,
    kind: z.enum(reportKinds),
    saved_search_id: text.nullable(),
    hour: z.int(),
    weekday: z.int().describe('Of weekly reports; 1 is Monday'),
    time_zone: text,
    channel_ids: z.array(text),
    enabled: z.boolean(),
    next_at: time,
    last_error: text.nullable().describe('Of the latest try'),
    created_at: time,
    updated_at: time,
  }),
).meta({ id: 'ReportSchedule' });

export const reportScheduleRoutes = resourceRoutes({
  type: 'report-schedules',
  tag: 'reports',
  operations: ['ReportSchedule', 'ReportSchedules'],
  nouns: ['report schedule', 'report schedules'],
  schema: scheduleSchema,
  newSchema: newScheduleSchema,
  changesSchema: scheduleChangesSchema,
  words: {
    create: {
      summary: 'Have a report made each day or week',
      description: 'At an hour of the time zone, once for each period. It is stored, and sent to the channels.',
    },
    change: {
      description: 'What is left out stays. It holds from now on: what was due meanwhile is not made up for.',
    },
    remove: { description: 'The reports that it has made stay.' },
  },
  service: (services) => services.reportSchedules,
}).routes;
