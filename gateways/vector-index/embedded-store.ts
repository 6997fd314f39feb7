import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { getLoadablePath } from 'sqlite-vec';
import type { VectorFilter, VectorHit, VectorPoint, VectorQuery } from './port.ts';

/** A generation's number; null is the live one, whichever that is at the moment of the call. */
export type Generation = number | null;

/** The vectors have another length than those that the index holds: another model. */
export class DimensionsError extends Error {
  override name = 'DimensionsError';
}

/**
 * Points in a SQLite file, searched by exact comparison with sqlite-vec. Synchronous and busy for milliseconds: it
 * lives in the worker thread of embedded.ts. Each generation has two tables; the row of `generations` with live = 1 is
 * what readers and writers of the live index use, and every call looks it up in its own transaction, so that a
 * generation that becomes live or goes is seen whole or not at all.
 */
export class EmbeddedStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { allowExtension: true, timeout: 10_000 });
    this.#db.loadExtension(getLoadablePath());
    this.#db.enableLoadExtension(false);
    this.#db.exec('pragma journal_mode = wal');
    // Each commit reaches the disk before it is acknowledged: the offsets behind it are committed to Kafka next.
    this.#db.exec('pragma synchronous = full');
    this.#db.exec('pragma cache_size = -65536');
    this.#transaction('immediate', () => {
      this.#db.exec(`create table if not exists generations (
        id integer primary key autoincrement, dimensions integer, live integer not null)`);
      if (this.#rows('select id from generations where live = 1').length === 0) this.#create(true);
    });
  }

  upsert(generation: Generation, points: readonly VectorPoint[]): void {
    this.#transaction('immediate', () => {
      const id = this.#resolve(generation);
      for (const point of points) this.#upsertOne(id, point);
    });
  }

  delete(generation: Generation, articleIds: readonly string[], upTo = Number.MAX_SAFE_INTEGER): void {
    this.#transaction('immediate', () => {
      const id = this.#resolve(generation);
      const ids = JSON.stringify(articleIds);
      const among = 'article_id in (select value from json_each(?)) and version <= ?';
      this.#run(
        `delete from point_feeds_${id} where point in (select rowid from points_${id} where ${among})`,
        ids,
        upTo,
      );
      this.#run(`delete from points_${id} where ${among}`, ids, upTo);
    });
  }

  /** The points behind this article id, in the order of the ids; an empty id is before all. */
  scan(generation: Generation, after: string, limit: number): readonly VectorPoint[] {
    return this.#transaction('deferred', () => {
      const id = this.#resolve(generation);
      const rows = this.#rows(
        `select ${pointColumns(id)} from points_${id} where article_id > ? order by article_id limit ?`,
        after,
        limit,
      );
      return (rows as unknown as readonly PointRow[]).map(pointOf);
    });
  }

  fetch(generation: Generation, articleIds: readonly string[]): readonly VectorPoint[] {
    return this.#transaction('deferred', () => {
      const id = this.#resolve(generation);
      const rows = this.#rows(
        `select ${pointColumns(id)} from points_${id} where article_id in (select value from json_each(?))`,
        JSON.stringify(articleIds),
      ) as unknown as readonly PointRow[];
      return rows.map(pointOf);
    });
  }

  query(generation: Generation, query: VectorQuery): readonly VectorHit[] {
    return this.#transaction('deferred', () => {
      const id = this.#resolve(generation);
      this.#checkDimensions(id, query.vector.length);
      const { conditions, values } = conditionsOf(id, query.filter ?? {});
      const rows = this.#rows(
        `with compared as materialized (
           select article_id, 1 - vec_distance_cosine(vector, ?) as score from points_${id}
           where ${['true', ...conditions].join(' and ')})
         select article_id, score from compared where score >= ? order by score desc, article_id limit ? offset ?`,
        blobOf(query.vector),
        ...values,
        query.minScore ?? -2,
        query.limit,
        query.offset ?? 0,
      ) as unknown as readonly { readonly article_id: string; readonly score: number }[];
      return rows.map((row) => ({ articleId: row.article_id, score: row.score }));
    });
  }

  count(generation: Generation): number {
    return this.#transaction('deferred', () => {
      const [row] = this.#rows(`select count(*) as points from points_${this.#resolve(generation)}`);
      return row?.['points'] as number;
    });
  }

  newestPublishedAt(generation: Generation): number | null {
    return this.#transaction('deferred', () => {
      const [row] = this.#rows(`select max(published_at) as newest from points_${this.#resolve(generation)}`);
      return (row?.['newest'] ?? null) as number | null;
    });
  }

  /** Begins an empty generation. What an unfinished rebuild left is removed: there is one rebuild at a time. */
  begin(): number {
    return this.#transaction('immediate', () => {
      for (const row of this.#rows('select id from generations where live = 0')) this.#drop(row['id'] as number);
      return this.#create(false);
    });
  }

  activate(generation: number): void {
    this.#transaction('immediate', () => {
      this.#resolve(generation);
      this.#run('update generations set live = (id = ?)', generation);
    });
  }

  /** Removes every generation that is not live. */
  cleanUp(): void {
    this.#transaction('immediate', () => {
      for (const row of this.#rows('select id from generations where live = 0')) this.#drop(row['id'] as number);
    });
  }

  ping(): void {
    this.#rows('select 1 from generations limit 1');
  }

  close(): void {
    this.#db.close();
  }

  #upsertOne(id: number, point: VectorPoint): void {
    this.#checkDimensions(id, point.vector.length);
    const { payload } = point;
    const [written] = this.#rows(
      `insert into points_${id} (article_id, version, vector, visibility, language, published_at, model)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict (article_id) do update set version = excluded.version, vector = excluded.vector,
         visibility = excluded.visibility, language = excluded.language, published_at = excluded.published_at,
         model = excluded.model
       where excluded.version > version returning rowid`,
      point.articleId,
      point.version,
      blobOf(point.vector),
      payload.visibility,
      payload.language,
      payload.publishedAt,
      payload.model,
    );
    if (written === undefined) return;
    const rowid = written['rowid'] as number;
    this.#run(`delete from point_feeds_${id} where point = ?`, rowid);
    for (const feed of new Set(payload.feedIds)) {
      this.#run(`insert into point_feeds_${id} (feed_id, point) values (?, ?)`, feed, rowid);
    }
  }

  #checkDimensions(id: number, given: number): void {
    const [row] = this.#rows('select dimensions from generations where id = ?', id);
    const held = row?.['dimensions'] as number | null | undefined;
    if (held === given) return;
    if (held === null) {
      // The first vector decides. A query of an empty index changes nothing.
      if (this.#writing) this.#run('update generations set dimensions = ? where id = ?', given, id);
      return;
    }
    throw new DimensionsError(`the vector index holds vectors of ${held} numbers and was given one of ${given}`);
  }

  #resolve(generation: Generation): number {
    const rows =
      generation === null
        ? this.#rows('select id from generations where live = 1')
        : this.#rows('select id from generations where id = ?', generation);
    const id = rows[0]?.['id'];
    if (typeof id !== 'number') throw new Error('this generation of the vector index was removed by another rebuild');
    return id;
  }

  #create(live: boolean): number {
    const [row] = this.#rows('insert into generations (live) values (?) returning id', live ? 1 : 0);
    const id = row?.['id'] as number;
    this.#db.exec(`create table points_${id} (
      rowid integer primary key, article_id text not null unique, version integer not null, visibility text not null,
      language text, published_at integer not null, model text not null, vector blob not null)`);
    this.#db.exec(`create table point_feeds_${id} (
      feed_id text not null, point integer not null, primary key (feed_id, point)) without rowid`);
    this.#db.exec(`create index point_feeds_${id}_point on point_feeds_${id} (point)`);
    return id;
  }

  #drop(id: number): void {
    this.#statements.clear();
    this.#db.exec(`drop table if exists points_${id}`);
    this.#db.exec(`drop table if exists point_feeds_${id}`);
    this.#run('delete from generations where id = ?', id);
  }

  #writing = false;

  #transaction<T>(kind: 'immediate' | 'deferred', work: () => T): T {
    this.#db.exec(`begin ${kind}`);
    this.#writing = kind === 'immediate';
    try {
      const result = work();
      this.#db.exec('commit');
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors, for example a full disk.
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  #rows(sql: string, ...values: readonly SQLInputValue[]): readonly Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function conditionsOf(id: number, filter: VectorFilter): { conditions: string[]; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue): void => {
    conditions.push(condition);
    values.push(value);
  };
  if (filter.feedIds !== undefined) {
    const listed = `select point from point_feeds_${id} where feed_id in (select value from json_each(?))`;
    add(`rowid in (${listed})`, JSON.stringify(filter.feedIds));
  }
  if (filter.languages !== undefined) {
    add('language in (select value from json_each(?))', JSON.stringify(filter.languages));
  }
  if (filter.visibilities !== undefined) {
    add('visibility in (select value from json_each(?))', JSON.stringify(filter.visibilities));
  }
  if (filter.model !== undefined) add('model = ?', filter.model);
  if (filter.publishedFrom !== undefined) add('published_at >= ?', filter.publishedFrom);
  if (filter.publishedTo !== undefined) add('published_at < ?', filter.publishedTo);
  if (filter.excludeArticleIds !== undefined) {
    add('article_id not in (select value from json_each(?))', JSON.stringify(filter.excludeArticleIds));
  }
  return { conditions, values };
}

const pointColumns = (id: number): string =>
  `article_id, version, vector, visibility, language, published_at, model,
   (select json_group_array(feed_id order by feed_id) from point_feeds_${id} where point = points_${id}.rowid) as feed_ids`;

interface PointRow {
  readonly article_id: string;
  readonly version: number;
  readonly vector: Uint8Array;
  readonly visibility: string;
  readonly language: string | null;
  readonly published_at: number;
  readonly model: string;
  readonly feed_ids: string;
}

function pointOf(row: PointRow): VectorPoint {
  const { buffer, byteOffset, byteLength } = row.vector;
  return {
    articleId: row.article_id,
    version: row.version,
    vector: [...new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))],
    payload: {
      visibility: row.visibility,
      feedIds: JSON.parse(row.feed_ids) as string[],
      language: row.language,
      publishedAt: row.published_at,
      model: row.model,
    },
  };
}

function blobOf(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer);
}
