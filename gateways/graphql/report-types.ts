import { reportKinds } from '../reports/report.ts';
import { pageOf } from '../reports/html/page.ts';
import type { ForecastStep, VolumeForecast } from '../services/forecasts/forecasts.ts';
import type { ReportSchedule } from '../services/reports/schedules.ts';
import type { ReportSummary, StoredReport } from '../services/reports/reports.ts';
import { builder, dateTime, json } from './builder.ts';

export const reportKindType = builder.enumType('ReportKind', { values: reportKinds });
export const forecastStepEnum = builder.enumType('ForecastStepLength', { values: ['hour', 'day'] as const });

export const reportSummaryType = builder.objectRef<ReportSummary>('ReportSummary');
reportSummaryType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.expose('kind', { type: reportKindType }),
    title: t.exposeString('title'),
    savedSearchId: t.exposeID('saved_search_id', { nullable: true }),
    periodFrom: t.expose('period_from', { type: dateTime }),
    periodTo: t.expose('period_to', { type: dateTime, description: 'Exclusive' }),
    timeZone: t.exposeString('time_zone'),
    generatedAt: t.expose('generated_at', { type: dateTime }),
  }),
});

export const reportType = builder.objectRef<StoredReport>('Report');
reportType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.expose('kind', { type: reportKindType }),
    title: t.exposeString('title'),
    savedSearchId: t.exposeID('saved_search_id', { nullable: true }),
    periodFrom: t.expose('period_from', { type: dateTime }),
    periodTo: t.expose('period_to', { type: dateTime, description: 'Exclusive' }),
    timeZone: t.exposeString('time_zone'),
    generatedAt: t.expose('generated_at', { type: dateTime }),
    content: t.field({
      type: json,
      description: 'All that the report says; the REST API describes it as ReportContent',
      resolve: ({ content }) => content,
    }),
    html: t.string({
      description: 'The report as a page that needs nothing else, fit to be sent as a mail',
      resolve: ({ content }) => pageOf(content),
    }),
  }),
});

export const reportScheduleType = builder.objectRef<ReportSchedule>('ReportSchedule');
reportScheduleType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: reportKindType }),
    savedSearchId: t.exposeID('saved_search_id', { nullable: true }),
    hour: t.exposeInt('hour', { description: 'Of the day, in the time zone' }),
    weekday: t.exposeInt('weekday', { description: 'Of weekly reports; 1 is Monday' }),
    timeZone: t.exposeString('time_zone'),
    channelIds: t.idList({ resolve: ({ channel_ids }) => [...channel_ids] }),
    enabled: t.exposeBoolean('enabled'),
    nextAt: t.expose('next_at', { type: dateTime }),
    lastError: t.exposeString('last_error', { nullable: true }),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

export const newReportInput = builder.inputType('NewReport', {
  fields: (t) => ({
    kind: t.field({ type: reportKindType, required: true }),
    savedSearchId: t.id({ description: 'Left out: on all that the organisation follows' }),
    timeZone: t.string({ description: 'In which days begin at midnight; default: UTC' }),
    until: t.field({ type: dateTime, description: 'The days before this time. Default: now' }),
  }),
});

export const newReportScheduleInput = builder.inputType('NewReportSchedule', {
  fields: (t) => ({
    name: t.string({ required: true }),
    kind: t.field({ type: reportKindType, required: true }),
    savedSearchId: t.id(),
    hour: t.int({ description: '0 to 23; default: 7' }),
    weekday: t.int({ description: '1 to 7, 1 is Monday; default: 1' }),
    timeZone: t.string({ description: 'Default: UTC' }),
    channelIds: t.idList(),
    enabled: t.boolean(),
  }),
});

export const reportScheduleChangesInput = builder.inputType('ReportScheduleChanges', {
  description: 'What is left out stays',
  fields: (t) => ({
    name: t.string(),
    kind: t.field({ type: reportKindType }),
    savedSearchId: t.id(),
    hour: t.int(),
    weekday: t.int(),
    timeZone: t.string(),
    channelIds: t.idList(),
    enabled: t.boolean(),
  }),
});

const forecastPointType = builder.objectRef<ForecastStep>('ForecastPoint').implement({
  fields: (t) => ({
    time: t.expose('time', { type: dateTime }),
    median: t.exposeInt('median'),
    mean: t.exposeFloat('mean', { description: 'Can be added up' }),
    low: t.exposeInt('low'),
    high: t.exposeInt('high'),
  }),
});

export const forecastType = builder.objectRef<VolumeForecast>('Forecast').implement({
  fields: (t) => ({
    of: t.exposeString('of'),
    value: t.exposeString('value', { nullable: true }),
    name: t.exposeString('name'),
    step: t.expose('step', { type: forecastStepEnum }),
    level: t.exposeFloat('level'),
    points: t.field({
      type: [forecastPointType],
      description: 'The step that is under way first; none where the history is too short',
      resolve: ({ points }) => [...points],
    }),
    method: t.exposeString('method', { nullable: true }),
    words: t.exposeString('words', { description: 'How it was forecast and on what' }),
    known: t.exposeInt('known'),
    unknown: t.exposeInt('unknown'),
    ratio: t.exposeFloat('ratio', {
      nullable: true,
      description: 'Root mean square error of past forecasts, over that of the best seasonal naive method',
    }),
    madeAt: t.expose('made_at', { type: dateTime }),
  }),
});
