import type { Kysely } from 'kysely';
import type { Database } from '../../schema.ts';
import type { ListCache } from '../../views/redis/list-cache.ts';
import { type Silence, silencesOf } from '../anomalies/silence.ts';
import { type VolumeAnomaly, volumeAnomalies } from '../anomalies/volume.ts';
import { checked } from '../checked.ts';
import { reading } from '../postgres-faults.ts';
import { type Trend, trendsOf } from '../trending/trending.ts';
import {
  type SentimentInput,
  sentimentSchema,
  type SeriesInput,
  seriesSchema,
  type TopInput,
  topSchema,
  type TrendingInput,
  trendingSchema,
  type TrendingThing,
} from './input.ts';
import { remembered } from './remembered.ts';
import { type SentimentSeries, sentimentSeries, type VolumeSeries, volumeSeries } from './series.ts';
import { spanOf } from './span.ts';
import { type TopItem, topItems } from './top.ts';

/** What is out of the ordinary now. */
export interface Anomalies {
  /** The least probable first. */
  readonly volume: readonly VolumeAnomaly[];
  readonly silences: readonly Silence[];
}

/**
 * Counts of one organisation's articles, and what follows from them. All methods throw Invalid for arguments that cannot
 * be used and Unavailable while Postgres is away.
 */
export interface Analytics {
  /** Counts by window; without a value those with the most, the greatest first. */
  series(input: SeriesInput): Promise<readonly VolumeSeries[]>;
  top(input: TopInput): Promise<readonly TopItem[]>;
  sentiment(input: SentimentInput): Promise<readonly SentimentSeries[]>;
  /** The most surprising first. Asked again within some seconds it answers the same. */
  trending(input: TrendingInput): Promise<readonly Trend[]>;
  /** Found anew every five minutes at most. */
  anomalies(): Promise<Anomalies>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly listCache: ListCache;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const dayMs = 86_400_000;

export function openAnalytics({ db, listCache, organizationId, now }: Ports): Analytics {
  const trending = remembered(10_000, now, (of: TrendingThing) => trendsOf(db, organizationId, of, now()));
  const anomalies = remembered(300_000, now, (_of: 'all') => anomaliesOf(db, organizationId, now()));

  return {
    series: (input) =>
      reading(() => {
        const query = checked(seriesSchema, input);
        return volumeSeries(db, organizationId, query, spanOf(query, now()));
      }),

    top: (input) =>
      reading(async () => {
        const query = checked(topSchema, input);
        const span = spanOf({ ...query, window: 'hour' }, now(), { usualMs: 7 * dayMs, longestMs: 31 * dayMs });
        const from = span.from.toISOString();
        const asked = ['analytics:top', organizationId, query.of, query.limit, from, span.to.toISOString()];
        const cached = await listCache.find('articles:list', asked);
        if (cached.hit) return cached.value as readonly TopItem[];
        const found = await topItems(db, organizationId, query, span);
        // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- this is no array
        await cached.fill(found);
        return found;
      }),

    sentiment: (input) =>
      reading(() => {
        const query = checked(sentimentSchema, input);
        return sentimentSeries(db, organizationId, query, spanOf(query, now()));
      }),

    trending: (input) => reading(() => trending(checked(trendingSchema, input).of)),
    anomalies: () => reading(() => anomalies('all')),
  };
}

/**
 * For whoever tells people of them: each has a key that stays the same while it lasts, and says whether it is alarming.
 *
 * @param nowMs milliseconds since 1970
 */
export async function anomaliesOf(db: Kysely<Database>, organizationId: string, nowMs: number): Promise<Anomalies> {
  const ofArticles = await volumeAnomalies(db, organizationId, 'articles', nowMs);
  const ofActivity = await volumeAnomalies(db, organizationId, 'activity', nowMs);
  return {
    volume: [...ofArticles, ...ofActivity].toSorted((a, b) => a.probability - b.probability),
    silences: await silencesOf(db, organizationId, nowMs),
  };
}
