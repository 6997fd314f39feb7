import type { Word } from './check/findings.ts';

/** What a reader writes down while the flow is in trouble. Times are milliseconds since 1970. */
export type ReaderJournalLine =
  | {
      readonly kind: 'finding';
      readonly atMs: number;
      readonly word: Word;
      readonly where: string;
      readonly id: string;
      readonly detail: string;
    }
  /** A version that was not seen before. */
  | {
      readonly kind: 'seen';
      readonly atMs: number;
      readonly where: string;
      readonly id: string;
      readonly number: number;
    };

/** So far. Degraded: no answer, or one with 5xx; that is allowed, and told. */
export interface ReaderCounts {
  readonly reads: number;
  readonly articlesSeen: number;
  readonly degraded: number;
  readonly longestDegradedMs: number;
}
