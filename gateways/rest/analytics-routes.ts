import { z } from 'zod';
import {
  countedThings,
  sentimentSchema,
  seriesSchema,
  seriesWindows,
  topSchema,
  trendingSchema,
  trendingThings,
} from '../services/analytics/input.ts';
import { comparisons } from '../services/trending/baseline.ts';
import { collectionSchema, type Reply, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const of = z.enum(countedThings);
const value = text.nullable().describe('Null: of all articles');
const name = text.describe('What people call it');
const window = z.enum(seriesWindows);
const span = z.strictObject({ low: z.number(), high: z.number() });
const probability = z.number().describe('Of this or more by chance');
const words = text.describe('The same for people');

/** A whole list at once. */
function listed<Item extends object>(
  type: string,
  items: readonly Item[],
  idOf: (item: Item) => string,
  self: URL,
): Reply {
  const resources = items.map((item) => ({
    type,
    id: idOf(item),
    attributes: { ...item } as Record<string, unknown>,
    relationships: {},
  }));
  return { kind: 'collection', resources, links: pageLinks(self, null) };
}

const seriesResource = resourceSchema(
  'volume-series',
  z.strictObject({
    of,
    value,
    name,
    window,
    total: z.number(),
    points: z
      .array(z.strictObject({ time, count: z.number() }))
      .describe('Without a gap; the last may not be over yet'),
  }),
).meta({ id: 'VolumeSeries' });

const series = route({
  method: 'get',
  path: '/api/v1/analytics/series',
  operationId: 'getVolumeSeries',
  tag: 'analytics',
  summary: 'Count articles by minute, hour or day',
  description:
    'By when they were published. An article counts once, however many sources list it; for each of its topics, sources ' +
    'and names once. A day is the sum of the hours that begin in it, in time_zone.',
  query: seriesSchema,
  reply: { describes: 'A series a value, the greatest first', document: collectionSchema(seriesResource) },
  async handle({ query, self }, { analytics }) {
    const found = await analytics.series(query);
    return listed('volume-series', found, (one) => [one.of, one.value ?? ''].join('/'), self);
  },
});

const topResource = resourceSchema(
  'top-items',
  z.strictObject({
    of,
    value: text,
    name,
    count: z.number(),
    before: z.number().describe('In the span of the same length right before'),
  }),
).meta({ id: 'TopItem' });

const top = route({
  method: 'get',
  path: '/api/v1/analytics/top',
  operationId: 'getTopItems',
  tag: 'analytics',
  summary: 'What most articles of a span have',
  query: topSchema,
  reply: { describes: 'The most first', document: collectionSchema(topResource) },
  async handle({ query, self }, { analytics }) {
    const found = await analytics.top(query);
    return listed('top-items', found, (one) => [one.of, one.value].join('/'), self);
  },
});

const sentimentResource = resourceSchema(
  'sentiment-series',
  z.strictObject({
    of,
    value,
    name,
    window,
    mean: z.number().nullable(),
    count: z.number(),
    points: z.array(
      z.strictObject({
        time,
        mean: z.number().nullable().describe('-1 to 1; null where no article was judged'),
        count: z.number().describe('Articles that were judged'),
      }),
    ),
  }),
).meta({ id: 'SentimentSeries' });

const sentiment = route({
  method: 'get',
  path: '/api/v1/analytics/sentiment',
  operationId: 'getSentimentSeries',
  tag: 'analytics',
  summary: 'Sentiment over time',
  query: sentimentSchema,
  reply: {
    describes: 'A series a value, the one with the most articles first',
    document: collectionSchema(sentimentResource),
  },
  async handle({ query, self }, { analytics }) {
    const found = await analytics.sentiment(query);
    return listed('sentiment-series', found, (one) => [one.of, one.value ?? ''].join('/'), self);
  },
});

const trendResource = resourceSchema(
  'trends',
  z.strictObject({
    of: z.enum(trendingThings),
    value: text,
    name,
    count: z.number(),
    expected: z.number(),
    window_minutes: z.int().describe('Up to now'),
    probability,
    against: z.enum(comparisons).describe('With what it was compared'),
    words,
    with: z.array(text).describe('Others that have risen only with this'),
  }),
).meta({ id: 'Trend' });

const trending = route({
  method: 'get',
  path: '/api/v1/analytics/trending',
  operationId: 'getTrends',
  tag: 'analytics',
  summary: 'What comes more often now than is usual for it',
  description:
    'Against the same hour of past weeks; with little history against past days or the hours before. At most one in a ' +
    'hundred days is expected to be chance.',
  query: trendingSchema,
  reply: { describes: 'The most surprising first', document: collectionSchema(trendResource) },
  async handle({ query, self }, { analytics }) {
    return listed('trends', await analytics.trending(query), (one) => [one.of, one.value].join('/'), self);
  },
});

const anomalyResource = z
  .union([
    resourceSchema(
      'volume-anomalies',
      z.strictObject({
        of,
        value,
        name,
        time: time.describe('The hour'),
        direction: z.enum(['high', 'low']),
        count: z.number(),
        expected: z.number(),
        interval80: span,
        interval99: span,
        probability,
        is_alarming: z.boolean().describe('Among all series, chance alone brings about one in four weeks'),
        words,
      }),
    ),
    resourceSchema(
      'silences',
      z.strictObject({
        source_id: text,
        name,
        quiet_since: time,
        expected: z.number().describe('Articles, since'),
        probability,
        words,
      }),
    ),
  ])
  .meta({ id: 'Anomaly' });

const anomalies = route({
  method: 'get',
  path: '/api/v1/analytics/anomalies',
  operationId: 'getAnomalies',
  tag: 'analytics',
  summary: 'Hours with far more or less than foreseen, and sources that have fallen silent',
  description:
    'The latest hours of all articles, sources, categories, topics and actions of people that lie outside of what is ' +
    'foreseen at 99 %. ' +
    'Silent are sources that are collected and have nothing for much longer than ever.',
  reply: { describes: 'Hours, the least probable first, then silences', document: collectionSchema(anomalyResource) },
  async handle({ self }, services) {
    const { volume, silences } = await services.analytics.anomalies();
    const resources = [
      ...volume.map(({ key, ...attributes }) => ({ type: 'volume-anomalies', id: key, attributes, relationships: {} })),
      ...silences.map(({ key, ...attributes }) => ({ type: 'silences', id: key, attributes, relationships: {} })),
    ];
    return { kind: 'collection', resources, links: pageLinks(self, null) };
  },
});

export const analyticsRoutes = [series, top, sentiment, trending, anomalies];
