import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { isDeepStrictEqual } from 'node:util';
import {
  articleColumns,
  articleRecord,
  type ArticleRecord,
  articleRecordOfRow,
  type ArticleRow,
} from '../../../gateways/article-record.ts';
import type { VectorIndex } from '../../../gateways/vector-index/port.ts';
import { numberInTitle } from '../article-plan.ts';
import { type ArticleLine, expectedLinks, hashOfText, lastOf, type Ledger } from '../ledger.ts';
import type { Event } from './events.ts';
import type { Report } from './findings.ts';

/** The last event of each article in a topic, by id. */
export type Latest<T extends 'article-enriched' | 'article-embedded'> = ReadonlyMap<string, Event<T>>;

export function latestOf<T extends 'article-enriched' | 'article-embedded'>(events: readonly Event<T>[]): Latest<T> {
  const latest = new Map<string, Event<T>>();
  for (const event of events) {
    const before = latest.get(event.key)?.value?.version ?? 0;
    if (event.value !== null && event.value.version > before) latest.set(event.key, event);
  }
  return latest;
}

/** Rows against the ledger, and field by field against the topic that they are made from. */
export async function checkPostgres(
  pool: Pick<Pool, 'query'>,
  ledger: Ledger,
  latest: Latest<'article-enriched'>,
  report: Report,
): Promise<void> {
  const where = 'view-postgres';
  const seen = new Set<string>();
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await pool.query<ArticleRow>(
      `select ${articleColumns.join(', ')},
         (select array_agg(feed_id order by feed_id) from content.article_feeds f where f.article_id = a.id) as feed_ids
       from content.articles a where id > $1 order by id limit 500`,
      [after],
    );
    for (const row of rows) {
      seen.add(row.id);
      checkRecord(where, articleRecordOfRow(row), ledger, latest, report);
      after = row.id;
    }
    if (rows.length === 0) break;
  }
  for (const id of ledger.articles.keys()) if (!seen.has(id)) report('lost', where, id, 'has no row');
  await checkLinks(pool, ledger, report);
}

function checkRecord(
  where: string,
  record: ArticleRecord,
  { articles }: Ledger,
  latest: Latest<'article-enriched'>,
  report: Report,
): void {
  const versions = articles.get(record.id);
  if (versions === undefined) return report('unseen', where, record.id, `"${record.title}" at ${record.url}`);
  const last = lastOf(versions);
  if (record.title !== last.title) {
    const number = numberInTitle(record.title);
    const isOlder = versions.some((line) => line.number === number && line.title === record.title);
    return report(isOlder ? 'backwards' : 'wrong-content', where, record.id, `"${record.title}", not "${last.title}"`);
  }
  if (hashOfText(record.content) !== last.textHash) report('wrong-content', where, record.id, 'has another text');
  if (record.word_count !== last.words) {
    report('wrong-content', where, record.id, `counts ${record.word_count} words of ${last.words}`);
  }
  checkAgainstTopic(where, record, latest, report);
}

function checkAgainstTopic(
  where: string,
  record: ArticleRecord,
  latest: Latest<'article-enriched'>,
  report: Report,
): void {
  const value = latest.get(record.id)?.value;
  // That it is missing in the topic was said already.
  if (value === undefined || value === null) return;
  if (record.version < value.version) {
    return report('backwards', where, record.id, `is version ${record.version} of ${value.version}`);
  }
  const told = articleRecord(value);
  for (const [name, wanted] of Object.entries(told) as [keyof ArticleRecord, unknown][]) {
    if (!isDeepStrictEqual(normal(record[name]), normal(wanted))) {
      report('wrong-content', where, record.id, `${name} is ${brief(record[name])}, in the topic ${brief(wanted)}`);
    }
  }
}

/** As JSON would carry it. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60);
}

async function checkLinks(pool: Pick<Pool, 'query'>, ledger: Ledger, report: Report): Promise<void> {
  const where = 'view-postgres links';
  const expected = expectedLinks(ledger);
  const { rows } = await pool.query<{ article_id: string; original_id: string; reason: string }>(
    'select article_id, original_id, reason from content.duplicates where original_id is not null',
  );
  const found = new Map(rows.map((row) => [row.article_id, row]));
  for (const [id, link] of expected) {
    const row = found.get(id);
    if (row === undefined) report('lost', where, id, `copy of ${link.originalId} without a link`);
    else if (row.original_id !== link.originalId || row.reason !== link.reason) {
      report(
        'wrong-content',
        where,
        id,
        `${row.reason} of ${row.original_id}, not ${link.reason} of ${link.originalId}`,
      );
    }
  }
  for (const id of found.keys()) {
    if (ledger.articles.has(id) ? !expected.has(id) : true) report('unseen', where, id, 'is linked and no copy');
  }
}

/** Redis forgets after an hour: what is there must be right. */
export async function checkRedis(
  redis: Redis,
  ledger: Ledger,
  latest: Latest<'article-enriched'>,
  report: Report,
): Promise<number> {
  const where = 'view-redis';
  let present = 0;
  for (const ids of parts([...ledger.articles.keys()], 200)) {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hget(`article:${id}`, 'article');
    const replies = (await pipeline.exec()) ?? [];
    for (const [, text] of replies) {
      if (typeof text !== 'string' || text === '') continue;
      present += 1;
      checkRecord(where, JSON.parse(text) as ArticleRecord, ledger, latest, report);
    }
  }
  return present;
}

export async function checkVectors(
  index: VectorIndex,
  ledger: Ledger,
  latest: Latest<'article-embedded'>,
  report: Report,
): Promise<void> {
  const where = 'view-vectors';
  const ids = [...ledger.articles.keys()];
  for (const some of parts(ids, 200)) {
    const points = new Map((await index.fetch(some)).map((point) => [point.articleId, point]));
    for (const id of some) {
      const point = points.get(id);
      const wanted = latest.get(id)?.value;
      if (point === undefined) report('lost', where, id, 'has no point');
      else if (wanted !== undefined && wanted !== null) {
        const { version, feedIds, publishedAt } = { ...point, ...point.payload };
        if (version < wanted.version) report('backwards', where, id, `is version ${version} of ${wanted.version}`);
        if (version > wanted.version) report('wrong-content', where, id, `is version ${version} of ${wanted.version}`);
        if (similarity(point.vector, wanted.vector) < 0.999) report('wrong-content', where, id, 'is another vector');
        if (!isDeepStrictEqual(feedIds.toSorted(), wanted.feed_ids.toSorted()) || publishedAt !== wanted.published_at) {
          report('wrong-content', where, id, 'has other feeds or another date');
        }
      }
    }
  }
  const count = await index.count();
  if (count > ids.length) report('unseen', where, String(count - ids.length), 'points of no article in the ledger');
}

/** Of unit vectors. */
function similarity(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** What REST tells: single articles of a sample, and all of its lists. */
export async function checkRest(
  rest: string,
  ledger: Ledger,
  sample: readonly string[],
  report: Report,
): Promise<void> {
  const where = 'rest';
  for (const id of sample) {
    const response = await fetch(`${rest}/api/v1/articles/${id}`);
    const body = (await response.json()) as { data?: { attributes: { title: string; content: string } } };
    const last = lastOf(ledger.articles.get(id) as readonly ArticleLine[]);
    if (body.data === undefined) report('lost', where, id, `is answered with ${response.status}`);
    else checkTold(where, id, last, body.data.attributes.title, body.data.attributes.content, report);
  }
  const listed = new Map<string, number>();
  let next: string | null = '/api/v1/articles?limit=100';
  while (next !== null) {
    const response: Response = await fetch(new URL(next, rest));
    const page = (await response.json()) as {
      data: readonly { id: string; attributes: { title: string } }[];
      links: { next: string | null };
    };
    for (const { id, attributes } of page.data) {
      listed.set(id, (listed.get(id) ?? 0) + 1);
      const versions = ledger.articles.get(id);
      if (versions === undefined) report('unseen', `${where} list`, id, attributes.title);
      else checkTold(`${where} list`, id, lastOf(versions), attributes.title, undefined, report);
    }
    next = page.links.next;
  }
  for (const id of ledger.articles.keys()) {
    const times = listed.get(id) ?? 0;
    if (times === 0) report('lost', `${where} list`, id, 'is not listed');
    if (times > 1) report('duplicate', `${where} list`, id, `is listed ${times} times`);
  }
}

function checkTold(
  where: string,
  id: string,
  last: ArticleLine,
  title: string,
  content: string | undefined,
  report: Report,
): void {
  if (title !== last.title) report('backwards', where, id, `"${title}", not "${last.title}"`);
  else if (content !== undefined && hashOfText(content) !== last.textHash) {
    report('wrong-content', where, id, 'has another text');
  }
}

function* parts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
