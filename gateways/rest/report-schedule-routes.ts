import { z } from 'zod';
import { reportKinds } from '../reports/report.ts';
import { newScheduleSchema, scheduleChangesSchema } from '../services/reports/input.ts';
import type { ReportSchedule } from '../services/reports/schedules.ts';
import { idSchema } from '../services/text-schema.ts';
import { settingsListSchema } from '../services/settings/topic-input.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

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

const resource = ({ id, ...attributes }: ReportSchedule): Resource => ({
  type: 'report-schedules',
  id,
  attributes,
  relationships: {},
});

const createSchedule = route({
  method: 'post',
  path: '/api/v1/report-schedules',
  operationId: 'createReportSchedule',
  tag: 'reports',
  summary: 'Have a report made each day or week',
  description: 'At an hour of the time zone, once for each period. It is stored, and sent to the channels.',
  body: { kind: 'resource', type: 'report-schedules', attributes: newScheduleSchema },
  reply: { describes: 'The new schedule', document: documentSchema(scheduleSchema) },
  async handle({ attributes }, { reportSchedules }) {
    return { kind: 'resource', resource: resource(await reportSchedules.create(attributes)) };
  },
});

const listSchedules = route({
  method: 'get',
  path: '/api/v1/report-schedules',
  operationId: 'listReportSchedules',
  tag: 'reports',
  summary: "List the organisation's report schedules, newest first",
  query: settingsListSchema,
  reply: { describes: 'A page of schedules', document: collectionSchema(scheduleSchema) },
  async handle({ query, self }, { reportSchedules }) {
    const page = await reportSchedules.list(query);
    const resources = page.items.map(({ item }) => resource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const readSchedule = route({
  method: 'get',
  path: '/api/v1/report-schedules/{id}',
  operationId: 'getReportSchedule',
  tag: 'reports',
  summary: 'Read one report schedule',
  params,
  reply: { describes: 'The schedule', document: documentSchema(scheduleSchema) },
  async handle({ params: { id } }, { reportSchedules }) {
    return { kind: 'resource', resource: resource(await reportSchedules.get(id)) };
  },
});

const changeSchedule = route({
  method: 'patch',
  path: '/api/v1/report-schedules/{id}',
  operationId: 'changeReportSchedule',
  tag: 'reports',
  summary: 'Change a report schedule',
  description: 'What is left out stays. It holds from now on: what was due meanwhile is not made up for.',
  params,
  body: { kind: 'resource', type: 'report-schedules', attributes: scheduleChangesSchema },
  reply: { describes: 'The schedule as it is now', document: documentSchema(scheduleSchema) },
  async handle({ params: { id }, attributes }, { reportSchedules }) {
    return { kind: 'resource', resource: resource(await reportSchedules.change(id, attributes)) };
  },
});

const removeSchedule = route({
  method: 'delete',
  path: '/api/v1/report-schedules/{id}',
  operationId: 'deleteReportSchedule',
  tag: 'reports',
  summary: 'Delete a report schedule',
  description: 'The reports that it has made stay.',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { reportSchedules }) {
    await reportSchedules.remove(id);
    return { kind: 'nothing' };
  },
});

export const reportScheduleRoutes = [createSchedule, listSchedules, readSchedule, changeSchedule, removeSchedule];
