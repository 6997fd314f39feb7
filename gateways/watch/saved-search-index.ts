import { setImmediate as breathe } from 'node:timers/promises';
import type { Logger } from 'pino';
import { withoutDropped } from '../../domain/query/drop-default.ts';
import { QueryIndex } from '../../domain/query/matcher/query-index.ts';
import { parseCanonical } from '../../domain/query/parse.ts';
import { QuerySyntaxError } from '../../domain/query/syntax-error.ts';
import type { SavedSearch } from '../../schemas/types.ts';
import type { Table } from '../../streams/table.ts';
import { asksForCopies, nearTextsOf, type NearTexts } from './near-texts.ts';
import { isSeenBy, type Needs, type WatchedArticle } from './watcher.ts';

interface Known {
  readonly value: SavedSearch;
  readonly needs: Needs;
}

export interface FoundMatch {
  readonly search: SavedSearch;
  readonly article: WatchedArticle;
  /** The parts of the query that the article matches. */
  readonly words: readonly string[];
}

/** Characters of queries that are read between two turns of the event loop: some milliseconds. */
const charactersInTurn = 400;

type SavedSearchTable = Pick<Table<'saved-search'>, 'changes' | 'isWhole' | 'entries' | 'lacks' | 'degraded'>;

/** The saved searches that raise alerts, of all organisations, kept as their topic is. */
export class SavedSearchIndex {
  readonly #table: SavedSearchTable;
  readonly #nearTexts: Pick<NearTexts, 'vectorsOf'>;
  readonly #log: Logger;
  readonly #index = new QueryIndex();
  readonly #known = new Map<string, Known>();
  readonly #unreadable = new Map<string, SavedSearch>();
  #taken = -1;
  #latestSinceMs = 0;
  #following: Promise<void> | undefined;

  constructor(table: SavedSearchTable, nearTexts: Pick<NearTexts, 'vectorsOf'>, log: Logger) {
    this.#table = table;
    this.#nearTexts = nearTexts;
    this.#log = log;
  }

  get needs(): Needs {
    const all = [...this.#known.values()];
    return { vectors: all.some(({ needs }) => needs.vectors), copies: all.some(({ needs }) => needs.copies) };
  }

  /**
   * Takes in what has changed, some queries in a turn of the event loop. Who matches waits for it before: until it
   * resolves, the index holds only part of the searches.
   *
   * @throws TransientError where a changed one cannot be taken in now; what was taken in before it stays
   */
  async follow(): Promise<void> {
    // Whoever comes meanwhile waits for the same, and asks then what is new.
    while (this.#following !== undefined) await this.#following;
    if (this.#table.changes === this.#taken) return;
    this.#following = this.#takeChanges().finally(() => (this.#following = undefined));
    await this.#following;
  }

  async #takeChanges(): Promise<void> {
    // Before the first turn: what changes during it is taken in by the next call.
    const { changes, isWhole } = this.#table;
    const now = new Map([...this.#table.entries()].filter(([, value]) => value.alert_enabled));
    for (const key of this.#known.keys()) if (!now.has(key)) this.#forget(key);
    for (const key of this.#unreadable.keys()) if (!now.has(key)) this.#unreadable.delete(key);
    let characters = 0;
    for (const [key, value] of now) {
      if (this.#known.get(key)?.value === value || this.#unreadable.get(key) === value) continue;
      if (characters > 0 && characters + value.query.length > charactersInTurn) {
        await breathe();
        characters = 0;
      }
      await this.#take(key, value);
      characters += value.query.length;
    }
    // Of another partition older ones may be missing: these are taken in again once all was read.
    if (!isWhole) return;
    this.#taken = changes;
    for (const { alerting_since } of now.values())
      this.#latestSinceMs = Math.max(this.#latestSinceMs, alerting_since ?? 0);
  }

  /**
   * The latest time since which one that it holds raises alerts, in milliseconds since 1970; 0 where it holds none. Those
   * that raised alerts before it have come as well.
   */
  get latestSinceMs(): number {
    return this.#latestSinceMs;
  }

  /** Whether the search has come as it has been since this time; also where it cannot be taken in, which is told. */
  hasCome(key: string, sinceMs: number): boolean {
    const value = this.#known.get(key)?.value ?? this.#unreadable.get(key);
    return (value?.alerting_since ?? Number.NEGATIVE_INFINITY) >= sinceMs || this.#table.lacks(key);
  }

  /** Matches of articles that are news to their searches. */
  *matches(article: WatchedArticle, nowMs: number): Iterable<FoundMatch> {
    for (const { id, clauses } of this.#index.match(article.document, nowMs)) {
      const search = this.#known.get(id)?.value;
      if (search === undefined || !isSeenBy(article, search.organization_id)) continue;
      if (article.firstCollectedAt < (search.alerting_since ?? Number.POSITIVE_INFINITY)) continue;
      yield { search, article, words: [...new Set(clauses.map(({ words }) => words))] };
    }
  }

  degraded(): string | undefined {
    if (this.#unreadable.size === 0) return this.#table.degraded();
    return `${this.#unreadable.size} saved searches cannot be read by this version`;
  }

  async #take(key: string, value: SavedSearch): Promise<void> {
    try {
      const query = withoutDropped(parseCanonical(value.query));
      const nearVectors = await this.#nearTexts.vectorsOf(query);
      this.#index.set(key, query, { organizationId: value.organization_id, nearVectors });
      const needs = { vectors: nearTextsOf(query).length > 0, copies: asksForCopies(query) };
      this.#known.set(key, { value, needs });
      this.#unreadable.delete(key);
    } catch (error) {
      if (!(error instanceof QuerySyntaxError)) throw error;
      this.#log.error({ err: error, key }, 'a saved search cannot be read');
      this.#forget(key);
      this.#unreadable.set(key, value);
    }
  }

  #forget(key: string): void {
    this.#index.delete(key);
    this.#known.delete(key);
  }
}
