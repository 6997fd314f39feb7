import { NotFound } from '../services/faults.ts';
import { forecastThings, type ForecastInput } from '../services/forecasts/input.ts';
import type { NewReport, NewSchedule, ReportListInput, ScheduleChanges } from '../services/reports/input.ts';
import type { SettingsList } from '../services/settings/settings-list.ts';
import { builder } from './builder.ts';
import { reportConnection, reportScheduleConnection } from './connections.ts';
import { toServiceInput } from './names.ts';
import {
  forecastStepEnum,
  forecastType,
  newReportInput,
  newReportScheduleInput,
  reportKindType,
  reportScheduleChangesInput,
  reportScheduleType,
  reportType,
} from './report-types.ts';

const found = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
const given = (args: object): unknown => toServiceInput(args, { keepNull: false });

const forecastThing = builder.enumType('ForecastThing', { values: forecastThings });

builder.queryFields((t) => {
  const pages = { first: t.arg.int({ description: '1 to 100; default 20' }), after: t.arg.string() };
  const id = { id: t.arg.id({ required: true }) };
  return {
    reports: t.field({
      type: reportConnection,
      description: 'The reports that were made, the latest period first',
      args: { ...pages, kind: t.arg({ type: reportKindType }), savedSearch: t.arg.id() },
      resolve: (_root, args, { services }) => services.reports.list(given(args) as ReportListInput),
    }),
    report: t.field({
      type: reportType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.reports.get(args.id)),
    }),
    reportSchedules: t.field({
      type: reportScheduleConnection,
      description: 'Newest first',
      args: pages,
      resolve: (_root, args, { services }) => services.reportSchedules.list(given(args) as SettingsList),
    }),
    reportSchedule: t.field({
      type: reportScheduleType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.reportSchedules.get(args.id)),
    }),
    forecast: t.field({
      type: forecastType,
      description: 'How many articles to expect',
      args: {
        of: t.arg({ type: forecastThing, description: 'Default: all' }),
        value: t.arg.string({ description: 'Which one; not where of is all' }),
        step: t.arg({ type: forecastStepEnum, description: 'Default: hour' }),
        horizon: t.arg.int({ description: 'Steps ahead; default: 24 hours, 7 days' }),
        level: t.arg.float({ description: 'Of the intervals; default: 0.8' }),
        timeZone: t.arg.string({ description: 'In which days begin at midnight; default: UTC' }),
      },
      resolve: (_root, args, { services }) => services.forecast(given(args) as ForecastInput),
    }),
  };
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  return {
    createReport: t.field({
      type: reportType,
      description: 'Makes a report now; one on the same days, kind and saved search is replaced',
      args: { input: t.arg({ type: newReportInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.reports.create(given(input) as NewReport),
    }),
    deleteReport: t.id({
      description: 'The id of the report that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.reports.remove(args.id);
        return args.id;
      },
    }),
    createReportSchedule: t.field({
      type: reportScheduleType,
      args: { input: t.arg({ type: newReportScheduleInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.reportSchedules.create(given(input) as NewSchedule),
    }),
    updateReportSchedule: t.field({
      type: reportScheduleType,
      args: { id, input: t.arg({ type: reportScheduleChangesInput, required: true }) },
      resolve: (_root, args, { services }) =>
        services.reportSchedules.change(args.id, toServiceInput(args.input, { keepNull: true }) as ScheduleChanges),
    }),
    deleteReportSchedule: t.id({
      description: 'The id of the schedule that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.reportSchedules.remove(args.id);
        return args.id;
      },
    }),
  };
});
