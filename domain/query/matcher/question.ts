import type { DocumentVector } from '../document.ts';

/** Who asks, and what the query's words do not say themselves. */
export interface Question {
  readonly organizationId: string;
  /** By the text of near. */
  readonly nearVectors: NearVectors;
}

export type NearVectors = ReadonlyMap<string, DocumentVector>;
