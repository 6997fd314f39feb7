import type { SentimentInput, SeriesInput, TopInput, TrendingInput } from '../services/analytics/input.ts';
import { anomaliesType, sentimentSeriesType, topItemType, trendType, volumeSeriesType } from './analytics-types.ts';
import { builder, dateTime } from './builder.ts';
import { toServiceInput } from './names.ts';

const given = (args: object): unknown => toServiceInput(args, { keepNull: false });

builder.queryFields((t) => {
  const span = {
    from: t.arg({ type: dateTime }),
    to: t.arg({ type: dateTime, description: 'Default: now' }),
  };
  const first = t.arg.int({ description: '1 to 100; default 20' });
  const window = t.arg.string({ description: 'minute, hour (default) or day' });
  const timeZone = t.arg.string({ description: 'In which days begin at midnight; default UTC' });
  return {
    volumeSeries: t.field({
      type: [volumeSeriesType],
      description: 'Counts by window; without a value those with the most, the greatest first',
      args: {
        of: t.arg.string({
          description: 'all (default), source, category, topic, entity, language, sentiment or activity',
        }),
        value: t.arg.string(),
        window,
        ...span,
        timeZone,
        first,
      },
      resolve: async (_root, args, { services }) => [...(await services.analytics.series(given(args) as SeriesInput))],
    }),
    top: t.field({
      type: [topItemType],
      description: 'What most articles of a span have, the most first',
      args: { of: t.arg.string({ required: true }), ...span, first },
      resolve: async (_root, args, { services }) => [...(await services.analytics.top(given(args) as TopInput))],
    }),
    sentimentSeries: t.field({
      type: [sentimentSeriesType],
      description: 'Sentiment over time',
      args: {
        of: t.arg.string({ description: 'all (default), category, topic or source' }),
        value: t.arg.string(),
        window: t.arg.string({ description: 'hour or day (default)' }),
        ...span,
        timeZone,
        first,
      },
      resolve: async (_root, args, { services }) => [
        ...(await services.analytics.sentiment(given(args) as SentimentInput)),
      ],
    }),
    trending: t.field({
      type: [trendType],
      description: 'What comes more often now than is usual for it, the most surprising first',
      args: { of: t.arg.string({ description: 'category (default), topic, entity or story' }) },
      resolve: async (_root, args, { services }) => [
        ...(await services.analytics.trending(given(args) as TrendingInput)),
      ],
    }),
    anomalies: t.field({
      type: anomaliesType,
      description: 'Hours with far more or less than foreseen, and sources that have fallen silent',
      resolve: (_root, _args, { services }) => services.analytics.anomalies(),
    }),
  };
});
