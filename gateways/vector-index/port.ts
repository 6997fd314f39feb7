/**
 * The vector store. One contract suite (test/contracts/vector-index.ts) runs over each adapter. Points are articles;
 * a point's id is the article's UUID, so that writing again overwrites.
 */
export interface VectorIndex extends AsyncDisposable {
  /**
   * Inserts or replaces, where the given version is greater than the stored one. Resolves once readers see it.
   *
   * @throws TransientError where the store is away
   */
  upsert(points: readonly VectorPoint[]): Promise<void>;
  /** @param upTo leaves points of a greater version; default is to delete whatever version */
  delete(articleIds: readonly string[], upTo?: number): Promise<void>;
  /** The stored points among the ids, in no order. */
  fetch(articleIds: readonly string[]): Promise<readonly VectorPoint[]>;
  /** Nearest first by cosine similarity (-1 to 1). */
  query(query: VectorQuery): Promise<readonly VectorHit[]>;
  count(): Promise<number>;
  /** All points, a page at a time, each once, in no order. What is written meanwhile may be in it or not. */
  scan(): AsyncIterable<readonly VectorPoint[]>;
  /** The latest publishedAt of all points, in milliseconds since 1970; null where there are none. */
  newestPublishedAt(): Promise<number | null>;
  /**
   * Starts an empty index beside this one. It is written to by the returned index; readers of this name see the old
   * one until `activate`, and the new one from then on. What a rebuild left that was killed is removed: there may be
   * one rebuild at a time.
   */
  rebuild(): Promise<VectorRebuild>;
  /** Resolves where the store answers. */
  ping(): Promise<void>;
}

export interface VectorPoint {
  readonly articleId: string;
  readonly version: number;
  /** Unit length. */
  readonly vector: readonly number[];
  readonly payload: VectorPayload;
}

/** What searches filter by. */
export interface VectorPayload {
  readonly visibility: string;
  readonly feedIds: readonly string[];
  readonly language: string | null;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  readonly model: string;
}

export interface VectorQuery {
  readonly vector: readonly number[];
  readonly limit: number;
  readonly offset?: number;
  /** Hits below are left out. */
  readonly minScore?: number;
  /** Every point is compared. Else a store may leave out some that are near, to be faster. */
  readonly exact?: boolean;
  readonly filter?: VectorFilter;
}

/** All given conditions must hold. */
export interface VectorFilter {
  /** Listed by any of these feeds. */
  readonly feedIds?: readonly string[];
  readonly languages?: readonly string[];
  readonly visibilities?: readonly string[];
  /** Milliseconds since 1970; from inclusive, to exclusive. */
  readonly publishedFrom?: number;
  readonly publishedTo?: number;
  readonly excludeArticleIds?: readonly string[];
  /** Made by this model: vectors of two models have nothing to do with each other. */
  readonly model?: string;
}

export interface VectorHit {
  readonly articleId: string;
  readonly score: number;
}

export interface VectorRebuild {
  readonly index: VectorIndex;
  /** Makes the new index the one that readers and writers of the name use. */
  activate(): Promise<void>;
  /** Removes the index that is no longer used: the old one after `activate`, the new one before. */
  cleanUp(): Promise<void>;
}
