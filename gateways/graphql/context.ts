import DataLoader from 'dataloader';
import { createGraphQLError } from 'graphql-yoga';
import type { Article } from '../services/articles/article.ts';
import type { Judgements } from '../services/articles/judgements.ts';
import type { Services } from '../services/services.ts';
import type { Source } from '../services/sources/source.ts';
import type { StoryLink } from '../services/stories/story.ts';

/** What the resolvers of one request share. */
export interface GraphContext {
  readonly services: Services;
  /** With text and HTML; null for unknown ids. */
  readonly wholeArticles: DataLoader<string, Article | null>;
  /** Ids of an article's copies. */
  readonly copies: DataLoader<string, readonly string[]>;
  /** How many articles share an original with an article, or are it. */
  readonly copyCounts: DataLoader<string, number>;
  readonly judgements: DataLoader<string, Judgements>;
  /** In which story an article is. */
  readonly storyOfArticle: DataLoader<string, StoryLink | null>;
  readonly sourcesOfFeed: DataLoader<string, readonly Source[]>;
  /**
   * Counts articles that are reached through other articles. Limits on the query's text do not see how many that are.
   *
   * @throws GraphQLError where one request reaches too many
   */
  readonly spend: (articles: number) => void;
}

const maxBatchSize = 200;
const maxLinkedArticles = 2_000;

export function graphContext(services: Services): GraphContext {
  let linked = 0;
  return {
    services,
    wholeArticles: new DataLoader((ids) => services.articles.getMany(ids), { maxBatchSize }),
    copies: new DataLoader((ids) => services.articles.copiesOf(ids), { maxBatchSize }),
    copyCounts: new DataLoader((ids) => services.articles.copyCountsOf(ids), { maxBatchSize }),
    judgements: new DataLoader((ids) => services.articles.judgementsOf(ids), { maxBatchSize }),
    storyOfArticle: new DataLoader((ids) => services.stories.ofArticles(ids), { maxBatchSize }),
    sourcesOfFeed: new DataLoader(
      async (feedIds) => {
        const sources = await services.sources.ofFeeds(feedIds);
        return feedIds.map((id) => sources.filter(({ feed_id }) => feed_id === id));
      },
      { maxBatchSize },
    ),
    spend(articles) {
      linked += articles;
      if (linked <= maxLinkedArticles) return;
      throw createGraphQLError(`the query reaches more than ${maxLinkedArticles} articles through others`, {
        extensions: { code: 'too_large' },
      });
    },
  };
}
