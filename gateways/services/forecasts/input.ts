import { z } from 'zod';
import { isTimeZone } from '../../reports/period.ts';
import { storableText } from '../text-schema.ts';

export const forecastThings = ['all', 'source', 'category', 'topic', 'entity', 'language', 'sentiment'] as const;

const horizons = { hour: { usual: 24, most: 168 }, day: { usual: 7, most: 28 } } as const;

export const forecastSchema = z
  .strictObject({
    of: z.enum(forecastThings).default('all').describe('all: all articles that the organisation follows'),
    value: storableText(200)
      .min(1)
      .optional()
      .describe('Which category, topic (id), source (id), entity (key), language or sentiment; not where of is all'),
    step: z.enum(['hour', 'day']).default('hour').describe('What is counted by'),
    horizon: z.coerce
      .number({ error: 'should be a number' })
      .int({ error: 'should be a whole number' })
      .min(1, { error: 'should be 1 at least' })
      .optional()
      .describe('Steps ahead: 168 hours or 28 days at most. Default: 24 hours, 7 days'),
    level: z.coerce
      .number({ error: 'should be a number' })
      .min(0.5, { error: 'should be 0.5 at least' })
      .max(0.99, { error: 'should be 0.99 at most' })
      .default(0.8)
      .describe('Share of what comes that the intervals should hold'),
    time_zone: z
      .string()
      .min(1)
      .max(64)
      .default('UTC')
      .refine(isTimeZone, { error: 'should be a zone of the IANA database, for example Europe/Berlin' })
      .describe('In which days begin at midnight'),
  })
  .check((context) => {
    const { of, value, step, horizon } = context.value;
    const fault = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (of === 'all' && value !== undefined) fault('value', 'should be left out where of is all');
    if (of !== 'all' && value === undefined) fault('value', `should say which ${of}`);
    if (horizon !== undefined && horizon > horizons[step].most)
      fault('horizon', `should be ${horizons[step].most} at most`);
  });
export type ForecastInput = z.input<typeof forecastSchema>;

export const usualHorizon = (step: 'hour' | 'day'): number => horizons[step].usual;
