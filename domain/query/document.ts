import type { Priority } from '../priority.ts';
import type { Query } from './ast.ts';

/**
 * All that a query can ask of one article, as the view holds it: gateways/services/query/documents.ts reads it from the
 * same rows that search reads. What only one organisation may see stands under its id.
 */
export interface QueryDocument {
  readonly id: string;
  readonly title: string;
  /** The publisher's. */
  readonly summary: string | null;
  readonly content: string;
  /** ISO 639-1. */
  readonly language: string | null;
  readonly feedIds: readonly string[];
  /** Site, authors, tags and keywords as `articleKeys` of article-keys.ts makes them. */
  readonly keys: readonly string[];
  /** Folded, as the view stores them. */
  readonly entityKeys: readonly string[];
  /** Ids of the taxonomy. */
  readonly categories: readonly string[];
  /** The story that it was given to, and the one that this was merged into. */
  readonly storyIds: readonly string[];
  readonly sentiment: { readonly label: string; readonly score: number | null } | null;
  readonly quality: readonly string[];
  readonly wordCount: number;
  /** Milliseconds since 1970, as `collectedAt`. */
  readonly publishedAt: number;
  readonly collectedAt: number;
  readonly isCopy: boolean;
  readonly vector: DocumentVector | null;
  readonly organizations: ReadonlyMap<string, OrganizationView>;
  /** What the streams have found out by now. */
  readonly parts: ReadonlySet<DocumentPart>;
}

export interface DocumentVector {
  readonly model: string;
  /** Of unit length. */
  readonly values: ArrayLike<number>;
}

/** What one organisation has to do with an article. */
export interface OrganizationView {
  /** Its sources whose feeds list the article. */
  readonly sourceIds: readonly string[];
  readonly topicIds: readonly string[];
  /** 0 to 1; null where none of its keywords was found. */
  readonly relevance: number | null;
  /** Of the tags that its rules gave, as `articleKeys` makes those of tags. */
  readonly tagKeys: readonly string[];
  readonly priority: Priority;
  /** One of its rules drops the article. */
  readonly isDropped: boolean;
}

/** What comes later than the article itself, each on a topic of its own. Missing is not the same as found empty. */
export const documentParts = ['categories', 'topics', 'relevance', 'story', 'vector'] as const;
export type DocumentPart = (typeof documentParts)[number];

/** The parts without which the query would be judged too early. */
export function partsOf(query: Query): ReadonlySet<DocumentPart> {
  switch (query.kind) {
    case 'and':
    case 'or':
      return new Set(query.clauses.flatMap((clause) => [...partsOf(clause)]));
    case 'not':
      return partsOf(query.clause);
    case 'value':
      return new Set(partOfValue[query.field] ?? []);
    case 'range':
      return new Set(query.field === 'relevance' ? ['relevance'] : []);
    case 'near':
      return new Set(['vector']);
    default:
      return new Set();
  }
}

const partOfValue: Partial<Record<string, readonly DocumentPart[]>> = {
  category: ['categories'],
  topic: ['topics'],
  story: ['story'],
};
