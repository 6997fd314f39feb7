/**
 * A topic of the taxonomy. Its facets are what it is about in practice; each is told by leads as a newspaper would write
 * them, since the model compares an article better with a lead than with a term.
 */
export interface TaxonomyTopic {
  /** As in article-categories, filters and addresses. */
  readonly id: string;
  /** The IPTC's name. */
  readonly name: string;
  /** Of the IPTC Media Topics, without "medtop:". */
  readonly code: string;
  /** Leads by facet. The names of facets are unique over all topics; label-names.ts refers to them. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
}
