import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { withoutDropped } from '../../domain/query/drop-default.ts';
import { QueryIndex } from '../../domain/query/matcher/query-index.ts';
import { parseQuery } from '../../domain/query/parse.ts';
import { visibilitiesOf } from '../../domain/visibility.ts';
import { messageOf, TransientError } from '../../streams/errors.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { openPostgres, stageError, typedQueries } from '../postgres.ts';
import { articlesToJudge, judgeArticles } from '../rules/judge-articles.ts';
import { LiveRules } from '../rules/live-rules.ts';
import { type Database, defaultOrganizationId } from '../schema.ts';
import { documentsOf } from '../services/query/documents.ts';
import { resolveNames } from '../services/query/names.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import { untilStored } from '../views/postgres/until-stored.ts';
import { ArticleNews, type NewsBatch } from './article-news.ts';
import { NearTexts } from './near-texts.ts';
import { RecentVectors } from './recent-vectors.ts';

export interface LiveMatch {
  readonly article_id: string;
  readonly title: string;
  readonly url: string;
  readonly site_name: string | null;
  readonly language: string | null;
  /** ISO 8601, in UTC. */
  readonly published_at: string;
  readonly collected_at: string;
  /** The parts of the query that it matches. */
  readonly matched: readonly string[];
}

export interface LiveWatchOptions {
  /** Articles that were collected at this time or later, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly signal: AbortSignal;
  /** Told while something is away; the watch goes on by itself. */
  readonly onTrouble: (reason: string) => void;
}

const organizationId = defaultOrganizationId;
const lookEveryMs = 500;
const pauseMs = 2_000;
const pageSize = 100;

/**
 * Matches of a query as they come, each article once, judged as the stage watch judges: of the default organisation, by
 * its rules as they are now first. These are not waited for but judged here as well, for the stage marks articles some time
 * after they are stored. Nothing is stored, and no group is joined.
 *
 * @throws QuerySyntaxError
 * @throws TransientError where an engine is away at the start
 */
export async function* watchLive(
  runtime: Runtime,
  text: string,
  { sinceMs, signal, onTrouble }: LiveWatchOptions,
): AsyncGenerator<LiveMatch> {
  const { config, log } = runtime;
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const nearTexts = new NearTexts(runtime);
  try {
    const db = typedQueries(pool);
    await using vectors = await openVectorIndex(config.vectors, { log });
    const recent = new RecentVectors(vectors, () => Promise.resolve());
    const index = await indexOf(db, text, nearTexts, signal);
    const rules = new LiveRules({ nearVectors: (query) => nearTexts.vectorsOf(query), log });
    await onceLoaded(() => rules.refresh(db, [organizationId]), signal);
    const told = new Set<string>();
    const matchesOf = (ids: readonly string[]) =>
      matching(db, { index, rules, vectors: recent, ids: ids.filter((id) => !told.has(id)), sinceMs });

    // What comes from here on is read from the topics: the articles of before may then be looked up in peace.
    await using news = await ArticleNews.begin(runtime);
    for await (const ids of collectedSince(db, sinceMs)) {
      for (const match of await matchesOf(ids)) {
        told.add(match.article_id);
        yield match;
      }
    }
    while (!signal.aborted) {
      try {
        const batch: NewsBatch = await news.next();
        for (const vector of batch.vectors) recent.take(vector.article_id, vector);
        if (batch.stored.length > 0) await untilStoredAtLast(runtime, pool, batch, signal);
        for (const match of await matchesOf(batch.ids)) {
          told.add(match.article_id);
          yield match;
        }
        news.take(batch);
        if (batch.ids.length === 0) await pause(lookEveryMs, signal);
      } catch (error) {
        const classed = stageError(error);
        if (!(classed instanceof TransientError)) throw classed;
        if (!signal.aborted) onTrouble(messageOf(classed));
        await pause(pauseMs, signal);
      }
    }
  } finally {
    await nearTexts.close();
    await pool.end();
  }
}

async function indexOf(
  db: Kysely<Database>,
  text: string,
  nearTexts: NearTexts,
  signal: AbortSignal,
): Promise<QueryIndex> {
  const { query } = await resolveNames(db, organizationId, parseQuery(text)).catch((error: unknown) => {
    throw stageError(error);
  });
  const asked = withoutDropped(query);
  const nearVectors = await onceLoaded(() => nearTexts.vectorsOf(asked), signal);
  const index = new QueryIndex();
  index.set('watched', asked, { organizationId, nearVectors });
  return index;
}

/** Tries again while the model loads, which takes some seconds. */
async function onceLoaded<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || signal.aborted) throw stageError(error);
      await pause(lookEveryMs, signal);
    }
  }
}

interface Asked {
  readonly index: QueryIndex;
  readonly rules: LiveRules;
  readonly vectors: RecentVectors;
  readonly ids: readonly string[];
  readonly sinceMs: number;
}

async function matching(
  db: Kysely<Database>,
  { index, rules, vectors, ids, sinceMs }: Asked,
): Promise<readonly LiveMatch[]> {
  if (ids.length === 0) return [];
  await rules.refresh(db, [organizationId]);
  const rows = await db
    .selectFrom('content.articles')
    .select(['id', 'title', 'url', 'site_name', 'language', 'published_date', 'scraped_at'])
    .where('id', 'in', ids)
    .where('visibility', 'in', visibilitiesOf(organizationId))
    .where('scraped_at', '>=', new Date(sinceMs))
    .execute();
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const nowMs = Date.now();
  const articles = await articlesToJudge(db, await documentsOf(db, vectors, [...rowOf.keys()]));
  const { documents, undecided } = await judgeArticles(db, rules.book, articles, nowMs, [organizationId]);
  return documents.flatMap((document, at): LiveMatch[] => {
    // Told once all rules have judged it: it comes again when more is known of it.
    if (undecided[at]?.has(organizationId) === true) return [];
    const row = rowOf.get(document.id);
    const [match] = index.match(document, nowMs);
    if (row === undefined || match === undefined) return [];
    return [
      {
        article_id: row.id,
        title: row.title,
        url: row.url,
        site_name: row.site_name,
        language: row.language,
        published_at: row.published_date.toISOString(),
        collected_at: row.scraped_at.toISOString(),
        matched: [...new Set(match.clauses.map(({ words }) => words))],
      },
    ];
  });
}

/** Ids of articles that are there already, the oldest first. */
async function* collectedSince(db: Kysely<Database>, sinceMs: number): AsyncGenerator<readonly string[]> {
  for (let after = { at: new Date(sinceMs), id: '00000000-0000-0000-0000-000000000000' }; ;) {
    const { rows } = await sql<{ id: string; at: Date }>`
      select id, date_trunc('milliseconds', scraped_at) as at from content.articles
      where scraped_at >= ${after.at} and (date_trunc('milliseconds', scraped_at), id) > (${after.at}, ${after.id}::uuid)
      order by 2, 1 limit ${pageSize}
    `.execute(db);
    if (rows.length > 0) yield rows.map(({ id }) => id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last;
  }
}

async function untilStoredAtLast(
  { kafka }: Pick<Runtime, 'kafka'>,
  pool: Parameters<typeof untilStored>[0]['pool'],
  { stored }: NewsBatch,
  signal: AbortSignal,
): Promise<void> {
  await untilStored({ pool, kafka }, stored, (ms) => pause(ms, signal));
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
