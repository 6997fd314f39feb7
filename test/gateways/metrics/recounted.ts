import { defaultOrganizationId } from '../../../gateways/schema.ts';

/** What a test knows of an article, and what the counts must come to. */
export interface KnownArticle {
  readonly id: string;
  readonly publishedMs: number;
  readonly feeds: readonly string[];
  readonly language: string | null;
  readonly sentiment: { readonly label: 'negative' | 'neutral' | 'positive'; readonly score: number } | null;
  readonly entities: readonly string[];
  readonly categories: readonly string[];
  /** By organisation. */
  readonly topics: Readonly<Record<string, readonly string[]>>;
  readonly visibility?: string;
}

export interface KnownSource {
  readonly id: string;
  readonly organizationId: string;
  readonly feed: string;
}

const hourMs = 3_600_000;

/** Every count as `organisation metric hour dimensions` → value, counted one article after the other. */
export function recounted(
  articles: Iterable<KnownArticle>,
  sources: readonly KnownSource[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const article of articles) {
    const hour = new Date(Math.floor(article.publishedMs / hourMs) * hourMs).toISOString();
    const visibility = article.visibility ?? 'public';
    const listing = sources.filter(
      ({ feed, organizationId }) =>
        article.feeds.includes(feed) && (visibility === 'public' || visibility === organizationId),
    );
    for (const organizationId of new Set(listing.map((source) => source.organizationId))) {
      const add = (metric: string, dimensions: object, by = 1): void => {
        const key = `${organizationId} ${metric} ${hour} ${JSON.stringify(dimensions)}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      };
      const scored: object[] = [{}];
      add('articles', {});
      for (const { id, organizationId: owner } of listing) {
        if (owner !== organizationId) continue;
        add('articles_by_source', { source: id });
        scored.push({ source: id });
      }
      for (const category of new Set(article.categories)) {
        add('articles_by_category', { category });
        scored.push({ category });
      }
      for (const topic of new Set(article.topics[organizationId] ?? [])) {
        add('articles_by_topic', { topic });
        scored.push({ topic });
      }
      for (const entity of new Set(article.entities)) add('articles_by_entity', { entity });
      add('articles_by_language', { language: article.language ?? 'und' });
      if (article.sentiment === null) continue;
      add('articles_by_sentiment', { sentiment: article.sentiment.label });
      for (const dimensions of scored) {
        add('sentiment_sum', dimensions, article.sentiment.score);
        add('sentiment_count', dimensions);
      }
    }
  }
  return counts;
}

/** Two organisations: what one has, the other does not see. */
export const organizations = [defaultOrganizationId, '00000000-0000-4000-8000-000000000002'] as const;
