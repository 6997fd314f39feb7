import { z } from 'zod';
import { forecastSchema } from '../services/forecasts/input.ts';
import type { VolumeForecast } from '../services/forecasts/forecasts.ts';
import { documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();

const volumeForecastSchema = resourceSchema(
  'forecasts',
  z.strictObject({
    of: text,
    value: text.nullable(),
    name: text,
    step: z.enum(['hour', 'day']),
    level: z.number(),
    points: z
      .array(
        z.strictObject({
          time: time.describe('When the step begins'),
          median: z.int().describe('As likely exceeded as not'),
          mean: z.number().describe('Can be added up'),
          low: z.int(),
          high: z.int().describe('Belongs to the interval, as low does'),
        }),
      )
      .describe('The step that is under way first; none where the history is too short'),
    method: text.nullable(),
    words: text.describe('How it was forecast and on what, for people'),
    known: z.int().describe('Steps of the history'),
    unknown: z.int().describe('Steps in which the counting stood still; they are left out'),
    ratio: z
      .number()
      .nullable()
      .describe('Root mean square error of past forecasts, over that of the best seasonal naive method'),
    made_at: time,
  }),
).meta({ id: 'Forecast' });

function forecastResource(forecast: VolumeForecast): Resource {
  const { of, value, step } = forecast;
  const id = [of, value, step].filter((part) => part !== null).join(':');
  return { type: 'forecasts', id, attributes: { ...forecast }, relationships: {} };
}

const readForecast = route({
  method: 'get',
  path: '/api/v1/analytics/forecast',
  operationId: 'getForecast',
  tag: 'analytics',
  summary: 'How many articles to expect',
  description:
    'Of the seasonal mean, the seasonal naive method and damped Holt-Winters the one that was best on the past, with ' +
    'intervals that are calibrated on its errors there. Made anew each hour.',
  query: forecastSchema,
  reply: { describes: 'The forecast', document: documentSchema(volumeForecastSchema) },
  async handle({ query }, { forecast }) {
    return { kind: 'resource', resource: forecastResource(await forecast(query)) };
  },
});

export const forecastRoutes = [readForecast];
