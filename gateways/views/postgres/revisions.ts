import type { PoolClient } from 'pg';
import type { ArticleRecord } from '../../article-record.ts';

type Revised = Pick<ArticleRecord, 'id' | 'version' | 'title' | 'content' | 'scraped_at' | 'withheld'>;

const revisionsPerArticle = 20;
const charactersPerArticle = 2_000_000;

/**
 * Keeps what articles said until now, where what is about to be written says something else. Called before the articles
 * are written, in the same transaction: what the article's own guard by version would refuse is no revision either.
 *
 * @param records all that come, also several of one article: each may say something that the next one changes
 */
export async function keepRevisions(client: Pick<PoolClient, 'query'>, records: readonly Revised[]): Promise<void> {
  const given = await thatMayChangeAnother(client, records);
  if (given.length > 0) await keepReplaced(client, given);
  // Who asks us to keep no text of a page does not mean the latest one only.
  const withheld = records.filter((record) => record.withheld !== null).map(({ id }) => id);
  await dropRevisions(client, withheld);
}

/** Most articles are new and come once: their texts need not travel twice. */
async function thatMayChangeAnother(
  client: Pick<PoolClient, 'query'>,
  records: readonly Revised[],
): Promise<readonly Omit<Revised, 'withheld'>[]> {
  const times = new Map<string, number>();
  for (const { id } of records) times.set(id, (times.get(id) ?? 0) + 1);
  const { rows } = await client.query<{ id: string }>('select id from content.articles where id = any($1::uuid[])', [
    [...times.keys()],
  ]);
  const stored = new Set(rows.map(({ id }) => id));
  return records
    .filter(({ id }) => stored.has(id) || (times.get(id) ?? 0) > 1)
    .map(({ id, version, title, content, scraped_at }) => ({ id, version, title, content, scraped_at }));
}

async function keepReplaced(
  client: Pick<PoolClient, 'query'>,
  given: readonly Omit<Revised, 'withheld'>[],
): Promise<void> {
  const { rows } = await client.query<{ article_id: string }>(
    `with given as (
       select * from json_to_recordset($1::json)
         as one (id uuid, version bigint, title text, content text, scraped_at timestamptz)
     ), newer as (
       select given.* from given left join content.articles stored on stored.id = given.id
       where stored.version is null or given.version > stored.version
     ), told as (
       select id, version, title, content, scraped_at from newer
       union all
       select id, version, title, content, scraped_at from content.articles where id in (select id from newer)
     ), followed as (
       select *, lead(title) over later as next_title, lead(content) over later as next_content,
         lead(scraped_at) over later as superseded_at
       from told window later as (partition by id order by version)
     )
     insert into history.article_revisions (article_id, version, title, content, scraped_at, superseded_at)
     select id, version, title, content, scraped_at, superseded_at from followed
     where superseded_at is not null and (title, content) is distinct from (next_title, next_content)
     order by id, version
     on conflict do nothing
     returning article_id`,
    [JSON.stringify(given)],
  );
  const changed = [...new Set(rows.map((row) => row.article_id))];
  if (changed.length > 0) await dropOldest(client, changed);
}

export async function dropRevisions(client: Pick<PoolClient, 'query'>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query('delete from history.article_revisions where article_id = any($1::uuid[])', [ids]);
}

async function dropOldest(client: Pick<PoolClient, 'query'>, ids: readonly string[]): Promise<void> {
  await client.query(
    `delete from history.article_revisions using (
       select article_id, version, row_number() over newest_first as place,
         sum(length(content)) over newest_first as characters
       from history.article_revisions where article_id = any($1::uuid[])
       window newest_first as (partition by article_id order by version desc)
     ) ranked
     where article_revisions.article_id = ranked.article_id and article_revisions.version = ranked.version
       and (place > ${revisionsPerArticle} or characters > ${charactersPerArticle})`,
    [ids],
  );
}
