import type { Kysely } from 'kysely';
import type { Database } from '../../schema.ts';
import type { VectorIndex } from '../../vector-index/port.ts';
import type { ListCache } from '../../views/redis/list-cache.ts';
import { filterOf, type Search, type SearchInput, type SearchMode, searchSchema } from '../articles/query.ts';
import type { Articles } from '../articles/articles.ts';
import { type ArticleSummary, summaryOf } from '../articles/article.ts';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { Invalid, Unavailable } from '../faults.ts';
import { fulltextRanking, type FulltextRanking, type TextMatch } from './fulltext.ts';
import type { Page } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import type { Queries } from '../query/queries.ts';
import type { ReadQuery } from '../query/read-query.ts';
import { queryFault } from '../query/syntax-fault.ts';
import { wantedWords } from '../query/wanted-words.ts';
import type { QueryEmbedder } from './query-embedder.ts';
import { type LexemeFrequencies, openLexemeFrequencies } from './lexeme-frequencies.ts';
import { fuseScores } from './score-fusion.ts';
import { semanticRanking } from './semantic.ts';

export interface SearchPorts {
  readonly db: Kysely<Database>;
  readonly listCache: ListCache;
  readonly vectors: Pick<VectorIndex, 'query'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  readonly articles: Pick<Articles, 'getMany'>;
  readonly queries: Pick<Queries, 'read' | 'select'>;
  readonly organizationId: string;
}

interface RankingPorts extends SearchPorts {
  readonly frequencies: LexemeFrequencies;
}

export interface SearchHit {
  readonly article: ArticleSummary;
  /** Comparable within one search only. */
  readonly score: number;
  /** Its places, from 1, in the rankings that were asked; null where a ranking does not hold it or was not asked. */
  readonly ranks: { readonly fulltext: number | null; readonly semantic: number | null };
  /** How its words matched; null where they were not asked for, or where meaning alone found it. */
  readonly match: TextMatch | null;
}

export interface SearchPage extends Page<SearchHit> {
  /** How the search was done: hybrid falls back to fulltext. */
  readonly mode: SearchMode;
  /** Why it was done otherwise than asked for; null where it was not. */
  readonly degraded: string | null;
}

/** Hits of one search at most, over all its pages. */
const searchDepth = 1_000;

/** All ids of one search in their order. It is what the cache keeps, so that all pages belong to one search. */
interface Ranking {
  readonly mode: SearchMode;
  readonly degraded: string | null;
  readonly hits: readonly RankedHit[];
}
type RankedHit = Pick<SearchHit, 'score' | 'ranks' | 'match'> & { readonly id: string };

/**
 * @returns the search; it throws Invalid for arguments that cannot be used, and Unavailable while what its mode needs
 *   is away
 */
export function openSearch(given: SearchPorts): (input: SearchInput) => Promise<SearchPage> {
  const ports = { ...given, frequencies: openLexemeFrequencies(given.db) };
  return (input) =>
    reading(async () => {
      const search = checked(searchSchema, input);
      const identity = ['search', search.q, search.mode, filterOf(search)];
      const offset = offsetOf(identity, search.cursor);
      const ranking = await rankingOf(ports, search, identity);

      const ranked = ranking.hits.slice(offset, offset + search.limit);
      const found = await ports.articles.getMany(ranked.map(({ id }) => id));
      const items = ranked.flatMap(({ id: _id, ...why }, index) => {
        const article = found[index];
        // It may have been deleted since it was ranked.
        if (article === undefined || article === null) return [];
        const cursor = encodeCursor(identity, [offset + index + 1]);
        return [{ item: { article: summaryOf(article), ...why }, cursor }];
      });
      const end = offset + ranked.length;
      return {
        items,
        next: end < ranking.hits.length ? encodeCursor(identity, [end]) : null,
        mode: ranking.mode,
        degraded: ranking.degraded,
      };
    });
}

/** @throws Invalid for a cursor of another search */
function offsetOf(identity: unknown, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [offset] = decodeCursor(identity, cursor);
  if (typeof offset === 'number' && Number.isInteger(offset) && offset >= 0 && offset <= searchDepth) return offset;
  throw new Invalid({
    field: 'cursor',
    code: 'invalid_cursor',
    detail: 'this cursor lies beyond the end of the search',
  });
}

async function rankingOf(ports: RankingPorts, search: Search, identity: unknown): Promise<Ranking> {
  const cached = await ports.listCache.find('search:results', [ports.organizationId, identity]);
  if (cached.hit) return cached.value as Ranking;
  const read = await ports.queries.read('q', search.q, { keepsDropped: search.dropped !== undefined });
  const ranking = await rank(ports, { ...search, read });
  // What was done otherwise than asked for must not outlive the outage.
  if (ranking.degraded === null) await cached.fill(ranking);
  return ranking;
}

/** A search whose query was read. */
type ReadSearch = Search & { readonly read: ReadQuery };

function rank(ports: RankingPorts, search: ReadSearch): Promise<Ranking> {
  if (wantedWords(search.read.plan).meaning === null) return byOtherThanMeaning(ports, search);
  if (search.mode === 'fulltext') return byWords(ports, search);
  if (search.mode === 'semantic') return byMeaning(ports, search);
  return byBoth(ports, search);
}

/** @throws Invalid for a search by meaning */
async function byOtherThanMeaning(ports: RankingPorts, search: ReadSearch): Promise<Ranking> {
  if (search.mode === 'semantic') {
    const { span } = search.read.query;
    const hint = 'add a word, or search by full text';
    throw queryFault('q', search.q, { message: 'there are no words whose meaning could be compared', span, hint });
  }
  const ranking = await byWords(ports, search);
  return search.mode === 'fulltext'
    ? ranking
    : { ...ranking, degraded: 'the query has no words whose meaning could be compared' };
}

async function byMeaning(ports: RankingPorts, search: ReadSearch): Promise<Ranking> {
  const ids = await semanticRanking(ports, search, searchDepth);
  const hits = ids.map(({ id, score }, index) => {
    return { id, score, ranks: { fulltext: null, semantic: index + 1 }, match: null };
  });
  return { mode: 'semantic', degraded: null, hits };
}

async function byWords(ports: RankingPorts, search: ReadSearch): Promise<Ranking> {
  return rankingByWords(await fulltextRanking(ports, search, searchDepth));
}

function rankingByWords({ match, ids }: FulltextRanking): Ranking {
  const hits = ids.map(({ id, score }, index) => ({
    id,
    score,
    ranks: { fulltext: index + 1, semantic: null },
    match,
  }));
  return { mode: 'fulltext', degraded: null, hits };
}

async function byBoth(ports: RankingPorts, search: ReadSearch): Promise<Ranking> {
  const [words, meaning] = await Promise.all([
    fulltextRanking(ports, search, searchDepth),
    semanticRanking(ports, search, searchDepth).catch((error: unknown) => {
      if (error instanceof Unavailable) return error;
      throw error;
    }),
  ]);
  if (meaning instanceof Unavailable) {
    return { ...rankingByWords(words), degraded: `searched by words only: ${meaning.message}` };
  }
  const fused = fuseScores([words.ids, meaning]).slice(0, searchDepth);
  const hits = fused.map(({ id, score, ranks: [fulltext = null, semantic = null] }) => {
    return { id, score, ranks: { fulltext, semantic }, match: fulltext === null ? null : words.match };
  });
  return { mode: 'hybrid', degraded: null, hits };
}
