import { z } from 'zod';
import { pageOf } from '../reports/html/page.ts';
import { reportKinds } from '../reports/report.ts';
import { newReportSchema, reportListSchema } from '../services/reports/input.ts';
import type { ReportSummary, StoredReport } from '../services/reports/reports.ts';
import { idSchema } from '../services/text-schema.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { reportSchema } from './report-schema.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const summary = {
  kind: z.enum(reportKinds),
  title: text,
  saved_search_id: text.nullable(),
  period_from: time,
  period_to: time.describe('Exclusive'),
  time_zone: text,
  generated_at: time,
};
const summarySchema = resourceSchema('reports', z.strictObject(summary)).meta({ id: 'ReportSummary' });
const storedSchema = resourceSchema('reports', z.strictObject({ ...summary, content: reportSchema })).meta({
  id: 'Report',
});
const kindSchema = resourceSchema('report-kinds', z.strictObject({ description: text, days: z.int() })).meta({
  id: 'ReportKind',
});

const resource = ({ id, ...attributes }: ReportSummary | StoredReport): Resource => ({
  type: 'reports',
  id,
  attributes,
  relationships: {},
});

const kindWords: Readonly<
  Record<(typeof reportKinds)[number], { readonly description: string; readonly days: number }>
> = {
  daily: { description: 'The last whole day, by the hour, beside the day before', days: 1 },
  weekly: { description: 'The last seven whole days, by the day, beside the seven before', days: 7 },
};

const listKinds = route({
  method: 'get',
  path: '/api/v1/report-kinds',
  operationId: 'listReportKinds',
  tag: 'reports',
  summary: 'List the kinds of reports',
  reply: { describes: 'All kinds', document: collectionSchema(kindSchema) },
  async handle({ self }) {
    const resources = reportKinds.map((kind) => ({
      type: 'report-kinds',
      id: kind,
      attributes: kindWords[kind],
      relationships: {},
    }));
    return { kind: 'collection', resources, links: pageLinks(self, null) };
  },
});

const createReport = route({
  method: 'post',
  path: '/api/v1/reports',
  operationId: 'createReport',
  tag: 'reports',
  summary: 'Make a report now',
  description: 'On days that are over. One on the same days, kind and saved search is replaced and keeps its id.',
  body: { kind: 'resource', type: 'reports', attributes: newReportSchema },
  reply: { describes: 'The report', document: documentSchema(storedSchema) },
  async handle({ attributes }, { reports }) {
    return { kind: 'resource', resource: resource(await reports.create(attributes)) };
  },
});

const listReports = route({
  method: 'get',
  path: '/api/v1/reports',
  operationId: 'listReports',
  tag: 'reports',
  summary: 'List the reports that were made, the latest period first',
  query: reportListSchema,
  reply: { describes: 'A page of reports without what they say', document: collectionSchema(summarySchema) },
  async handle({ query, self }, { reports }) {
    const page = await reports.list(query);
    const resources = page.items.map(({ item }) => resource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const readReport = route({
  method: 'get',
  path: '/api/v1/reports/{id}',
  operationId: 'getReport',
  tag: 'reports',
  summary: 'Read one report',
  description: '`Accept: text/html` gives the page, which needs nothing else and can be sent as a mail.',
  params,
  reply: { describes: 'The report', document: documentSchema(storedSchema), alsoAs: 'text/html' },
  async handle({ params: { id }, as }, { reports }) {
    const report = await reports.get(id);
    if (as !== null) return { kind: 'text', mediaType: as, text: pageOf(report.content) };
    return { kind: 'resource', resource: resource(report) };
  },
});

const removeReport = route({
  method: 'delete',
  path: '/api/v1/reports/{id}',
  operationId: 'deleteReport',
  tag: 'reports',
  summary: 'Delete a report',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { reports }) {
    await reports.remove(id);
    return { kind: 'nothing' };
  },
});

export const reportRoutes = [listKinds, createReport, listReports, readReport, removeReport];
