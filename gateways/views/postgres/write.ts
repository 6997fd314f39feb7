import type { PoolClient } from 'pg';
import type { ArticleEnriched, FeedStatus } from '../../../schemas/types.ts';
import type { Message } from '../../../streams/stage.ts';
import { articleColumnTypes, articleRecord, storable } from '../../article-record.ts';
import { dropMarks } from '../../rules/routed.ts';
import { dropRevisions, keepRevisions } from './revisions.ts';
import { deletedKeys, newestByKey, newestValues, ofTopic } from '../newest.ts';
import type { ContentSchema } from './content-schema.ts';
import { searchColumnsOf, searchColumnTypes } from './search-columns.ts';
import { type JudgementTopic, judgementTopics, writeJudgements } from './write-judgements.ts';
import { isOfStories, type StoryTopic, writeStories } from './write-stories.ts';

export type PostgresViewTopic = JudgementTopic | StoryTopic | 'article-enriched' | 'article-duplicate' | 'feed-status';

const isJudgement = (message: Message<PostgresViewTopic>): message is Message<JudgementTopic> =>
  (judgementTopics as readonly string[]).includes(message.topic);

/**
 * Writes messages within the caller's transaction. A row changes only where the message's version is greater than the
 * stored one: repeats and late arrivals change nothing. Tombstones delete.
 */
export async function writeToPostgres(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<PostgresViewTopic>[],
): Promise<void> {
  await writeArticles(client, schema, ofTopic(messages, 'article-enriched'));
  await writeDuplicates(client, schema, ofTopic(messages, 'article-duplicate'));
  await writeFeedStatus(client, schema, ofTopic(messages, 'feed-status'));
  await writeJudgements(client, schema, messages.filter(isJudgement));
  await writeStories(client, schema, messages.filter(isOfStories));
}

const columnTypes = { ...articleColumnTypes, ...searchColumnTypes };
const columnNames = Object.keys(columnTypes);
const recordType = Object.entries(columnTypes)
  .map((column) => column.join(' '))
  .join(', ');
const assignments = columnNames.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);

async function writeArticles(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<'article-enriched'>[],
): Promise<void> {
  if (messages.length === 0) return;
  const changes = newestByKey(messages, (value) => value.version);
  const deleted = deletedKeys(changes);
  if (deleted.length > 0) {
    await client.query(`delete from ${schema}.articles where id = any($1::uuid[])`, [deleted]);
    await client.query(`delete from ${schema}.article_feeds where article_id = any($1::uuid[])`, [deleted]);
    if (schema === 'content') {
      await dropRevisions(client, deleted);
      await dropMarks(client, deleted);
    }
  }
  const records = newestValues(changes).map(articleRecord);
  if (records.length === 0) return;
  // A rebuild writes other tables, from topics that know no earlier versions.
  if (schema === 'content') await keepRevisions(client, allSinceDeletion(messages).map(articleRecord));
  const made = await searchColumnsOf(records);
  const { rows } = await client.query<{ id: string }>(
    `insert into ${schema}.articles as stored (${columnNames.join(', ')})
     select ${columnNames.join(', ')} from json_to_recordset($1::json) as given (${recordType}) order by id
     on conflict (id) do update set ${assignments.join(', ')} where excluded.version > stored.version
     returning id`,
    [JSON.stringify(records.map((record, index) => ({ ...record, ...made[index] })))],
  );
  const written = new Set(rows.map((row) => row.id));
  const feeds = records
    .filter((record) => written.has(record.id))
    .flatMap((record) => record.feed_ids.map((feed) => ({ article_id: record.id, feed_id: feed })));
  // The rows of content.articles are locked by now, so that no other writer of these articles comes between.
  await client.query(
    `with given as (select * from json_to_recordset($2::json) as pair (article_id uuid, feed_id uuid)),
          gone as (delete from ${schema}.article_feeds as stored
                   where article_id = any($1::uuid[])
                     and not exists (select from given where given.article_id = stored.article_id
                                                         and given.feed_id = stored.feed_id))
     insert into ${schema}.article_feeds (article_id, feed_id)
     select article_id, feed_id from given order by 1, 2 on conflict do nothing`,
    [[...written], JSON.stringify(feeds)],
  );
}

/** Every version of the articles, but for those that a deletion among the messages ends. */
function allSinceDeletion(messages: readonly Message<'article-enriched'>[]): readonly ArticleEnriched[] {
  return [...Map.groupBy(messages, ({ key }) => key).values()].flatMap((ofOne) =>
    ofOne.slice(ofOne.findLastIndex(({ value }) => value === null) + 1).flatMap(({ value }) => value ?? []),
  );
}

async function writeDuplicates(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<'article-duplicate'>[],
): Promise<void> {
  if (messages.length === 0) return;
  const changes = newestByKey(messages, (value) => value.version);
  await client.query(`delete from ${schema}.duplicates where article_id = any($1::uuid[])`, [deletedKeys(changes)]);
  await client.query(
    `insert into ${schema}.duplicates as stored (article_id, original_id, reason, score, version, method)
     select article_id, original_id, reason, score, version, method
     from json_to_recordset($1::json) as given
       (article_id uuid, original_id uuid, reason text, score double precision, version bigint, method text)
     order by article_id
     on conflict (article_id) do update set original_id = excluded.original_id, reason = excluded.reason,
       score = excluded.score, version = excluded.version, method = excluded.method
     where excluded.version > stored.version`,
    [JSON.stringify(newestValues(changes).map(storable))],
  );
}

const statusColumnTypes = {
  feed_id: 'uuid',
  checked_at: 'timestamptz',
  outcome: 'text',
  http_status: 'integer',
  error_code: 'text',
  error_detail: 'text',
  title: 'text',
  site_url: 'text',
  entry_count: 'integer',
  new_entry_count: 'integer',
  duration_ms: 'integer',
  moved_to: 'text',
  fresh_seconds: 'integer',
  retry_after_seconds: 'integer',
  newest_at: 'timestamptz',
  oldest_at: 'timestamptz',
  warnings: 'text[]',
} as const satisfies Record<keyof FeedStatus, string>;
const statusColumns = Object.keys(statusColumnTypes);
const statusType = Object.entries(statusColumnTypes)
  .map((column) => column.join(' '))
  .join(', ');
const statusAssignments = statusColumns
  .filter((column) => column !== 'feed_id')
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

const isoOrNull = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

async function writeFeedStatus(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<'feed-status'>[],
): Promise<void> {
  if (messages.length === 0) return;
  const changes = newestByKey(messages, (value) => value.checked_at);
  const rows = newestValues(changes).map((status) =>
    storable({
      ...status,
      checked_at: new Date(status.checked_at).toISOString(),
      newest_at: isoOrNull(status.newest_at),
      oldest_at: isoOrNull(status.oldest_at),
    }),
  );
  await client.query(`delete from ${schema}.feed_status where feed_id = any($1::uuid[])`, [deletedKeys(changes)]);
  await client.query(
    `insert into ${schema}.feed_status as stored (${statusColumns.join(', ')})
     select ${statusColumns.join(', ')} from json_to_recordset($1::json) as given (${statusType})
     order by feed_id
     on conflict (feed_id) do update set ${statusAssignments} where excluded.checked_at > stored.checked_at`,
    [JSON.stringify(rows)],
  );
}
