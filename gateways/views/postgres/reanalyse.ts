import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { analysisRevision } from '../../../domain/analysis/article-lexemes.ts';
import { inTransaction } from '../../postgres.ts';
import { type SearchedArticle, searchColumnsOf, searchColumnTypes } from './search-columns.ts';

const batchSize = 50;
const retryMs = 30_000;
/** Another process may have rows in hand. */
const lockedMs = 1_000;

const columns = Object.keys(searchColumnTypes);
const recordType = Object.entries({ id: 'uuid', version: 'bigint', ...searchColumnTypes })
  .map((column) => column.join(' '))
  .join(', ');

/**
 * Analyses anew what an earlier revision of the analysis has stored, or none, the latest articles first; half of the
 * time it rests. Several processes share the work. Ends when nothing is left.
 *
 * @param signal ends it early
 */
export async function reanalyse(pool: Pool, log: Pick<Logger, 'info' | 'warn'>, signal: AbortSignal): Promise<void> {
  let done = 0;
  let until: Date | null = null;
  while (!signal.aborted) {
    try {
      const startedMs = performance.now();
      if (!(await isAnythingLeft(pool))) break;
      if (done === 0) log.info('articles are analysed anew for search');
      const batch: Batch = await reanalyseBatch(pool, until);
      done += batch.count;
      until = batch.oldest;
      await setTimeout(batch.count === 0 && until === null ? lockedMs : performance.now() - startedMs, null, {
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, 'articles could not be analysed anew for search: trying again');
      until = null;
      await setTimeout(retryMs, null, { signal }).catch(() => undefined);
    }
  }
  if (done > 0) log.info({ articles: done }, 'articles were analysed anew for search');
}

async function isAnythingLeft(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is_left: boolean }>(
    'select exists (select from content.articles where analysis < $1) as is_left',
    [analysisRevision],
  );
  return rows[0]?.is_left === true;
}

interface Batch {
  readonly count: number;
  /** Where the next batch goes on; null: at the latest article again. */
  readonly oldest: Date | null;
}

async function reanalyseBatch(pool: Pool, until: Date | null): Promise<Batch> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<SearchedArticle & { readonly version: number; readonly published_date: Date }>(
      `select id, version, title, summary, content, language, url, site_name, authors, tags, keywords, published_date
       from content.articles where analysis < $1 and ($2::timestamptz is null or published_date <= $2)
       order by published_date desc limit ${batchSize} for update skip locked`,
      [analysisRevision, until],
    );
    const made = await searchColumnsOf(rows);
    // By then a rebuild may have put other tables in place: what has another version there is analysed already.
    await client.query(
      `update content.articles as stored set ${columns.map((name) => `${name} = given.${name}`).join(', ')}
       from json_to_recordset($1::json) as given (${recordType})
       where stored.id = given.id and stored.version = given.version`,
      [JSON.stringify(rows.map(({ id, version }, index) => ({ id, version, ...made[index] })))],
    );
    return { count: rows.length, oldest: rows.at(-1)?.published_date ?? null };
  });
}
