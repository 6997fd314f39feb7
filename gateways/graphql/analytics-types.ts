import type { SentimentPoint, SentimentSeries, SeriesPoint, VolumeSeries } from '../services/analytics/series.ts';
import type { TopItem } from '../services/analytics/top.ts';
import type { Anomalies } from '../services/analytics/analytics.ts';
import type { Silence } from '../services/anomalies/silence.ts';
import type { VolumeAnomaly } from '../services/anomalies/volume.ts';
import type { Interval } from '../services/anomalies/unusual-hours.ts';
import type { Trend } from '../services/trending/trending.ts';
import { builder, dateTime } from './builder.ts';

const seriesPointType = builder.objectRef<SeriesPoint>('SeriesPoint').implement({
  fields: (t) => ({
    time: t.expose('time', { type: dateTime, description: 'When the window begins' }),
    count: t.exposeFloat('count'),
  }),
});

export const volumeSeriesType = builder.objectRef<VolumeSeries>('VolumeSeries').implement({
  description: 'Counts of articles by when they were published, without a gap; the last window may not be over yet',
  fields: (t) => ({
    of: t.exposeString('of'),
    value: t.exposeString('value', { nullable: true, description: 'Null: of all articles' }),
    name: t.exposeString('name'),
    window: t.exposeString('window'),
    total: t.exposeFloat('total'),
    points: t.field({ type: [seriesPointType], resolve: ({ points }) => [...points] }),
  }),
});

export const topItemType = builder.objectRef<TopItem>('TopItem').implement({
  fields: (t) => ({
    of: t.exposeString('of'),
    value: t.exposeString('value'),
    name: t.exposeString('name'),
    count: t.exposeFloat('count'),
    before: t.exposeFloat('before', { description: 'In the span of the same length right before' }),
  }),
});

const sentimentPointType = builder.objectRef<SentimentPoint>('SentimentPoint').implement({
  fields: (t) => ({
    time: t.expose('time', { type: dateTime }),
    mean: t.exposeFloat('mean', { nullable: true, description: '-1 to 1; null where no article was judged' }),
    count: t.exposeFloat('count', { description: 'Articles that were judged' }),
  }),
});

export const sentimentSeriesType = builder.objectRef<SentimentSeries>('SentimentSeries').implement({
  fields: (t) => ({
    of: t.exposeString('of'),
    value: t.exposeString('value', { nullable: true }),
    name: t.exposeString('name'),
    window: t.exposeString('window'),
    mean: t.exposeFloat('mean', { nullable: true }),
    count: t.exposeFloat('count'),
    points: t.field({ type: [sentimentPointType], resolve: ({ points }) => [...points] }),
  }),
});

export const trendType = builder.objectRef<Trend>('Trend').implement({
  description: 'What comes more often now than is usual for it',
  fields: (t) => ({
    of: t.exposeString('of'),
    value: t.exposeString('value'),
    name: t.exposeString('name'),
    count: t.exposeInt('count'),
    expected: t.exposeFloat('expected'),
    windowMinutes: t.exposeInt('window_minutes', { description: 'Up to now' }),
    probability: t.exposeFloat('probability', { description: 'Of so many or more by chance' }),
    against: t.exposeString('against', { description: 'With what it was compared' }),
    words: t.exposeString('words', { description: 'The same for people' }),
    with: t.exposeStringList('with', { description: 'Others that have risen only with this' }),
  }),
});

const intervalType = builder.objectRef<Interval>('Interval').implement({
  fields: (t) => ({ low: t.exposeFloat('low'), high: t.exposeFloat('high') }),
});

const volumeAnomalyType = builder.objectRef<VolumeAnomaly>('VolumeAnomaly').implement({
  description: 'An hour with far more or fewer articles, or actions of people, than foreseen',
  fields: (t) => ({
    key: t.exposeString('key'),
    of: t.exposeString('of'),
    value: t.exposeString('value', { nullable: true }),
    name: t.exposeString('name'),
    time: t.expose('time', { type: dateTime }),
    direction: t.exposeString('direction', { description: 'high or low' }),
    count: t.exposeFloat('count'),
    expected: t.exposeFloat('expected'),
    interval80: t.expose('interval80', { type: intervalType }),
    interval99: t.expose('interval99', { type: intervalType }),
    probability: t.exposeFloat('probability'),
    isAlarming: t.exposeBoolean('is_alarming'),
    words: t.exposeString('words'),
  }),
});

const silenceType = builder.objectRef<Silence>('Silence').implement({
  description: 'A source that has been quiet for much longer than its rhythm says, although it is collected',
  fields: (t) => ({
    key: t.exposeString('key'),
    sourceId: t.exposeID('source_id'),
    name: t.exposeString('name'),
    quietSince: t.expose('quiet_since', { type: dateTime }),
    expected: t.exposeFloat('expected'),
    probability: t.exposeFloat('probability'),
    words: t.exposeString('words'),
  }),
});

export const anomaliesType = builder.objectRef<Anomalies>('Anomalies').implement({
  fields: (t) => ({
    volume: t.field({ type: [volumeAnomalyType], resolve: ({ volume }) => [...volume] }),
    silences: t.field({ type: [silenceType], resolve: ({ silences }) => [...silences] }),
  }),
});
