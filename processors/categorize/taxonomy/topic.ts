import type { NewsTopic } from '../../../domain/news-topics.ts';

/**
 * What a topic is about in practice: its facets, each told by leads as a newspaper would write them, since the model
 * compares an article better with a lead than with a term.
 */
export interface TaxonomyTopic {
  readonly id: NewsTopic;
  /** Leads by facet. The names of facets are unique over all topics. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
}
