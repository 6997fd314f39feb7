import type { PoolClient } from 'pg';
import type { Message } from '../../../streams/stage.ts';
import { storable } from '../../article-record.ts';
import { deletedKeys, newestByKey, newestValues, ofTopic } from '../newest.ts';
import type { ContentSchema } from './content-schema.ts';

export const storyTopics = ['story-update', 'article-story'] as const;
export type StoryTopic = (typeof storyTopics)[number];

export const isOfStories = (message: Message): message is Message<StoryTopic> =>
  (storyTopics as readonly string[]).includes(message.topic);

const storyColumns = {
  id: 'uuid',
  version: 'bigint',
  visibility: 'text',
  merged_into: 'uuid',
  title: 'text',
  first_at: 'timestamptz',
  last_at: 'timestamptz',
  article_count: 'integer',
  sources: 'text[]',
  languages: 'text[]',
  entities: 'text[]',
  by_hand: 'boolean',
  method: 'text',
};

const assignmentColumns = {
  article_id: 'uuid',
  story_id: 'uuid',
  version: 'bigint',
  score: 'double precision',
  cosine: 'double precision',
  reason: 'text',
  shared: 'text[]',
  method: 'text',
};

/** Stories, and which articles belong to them. */
export async function writeStories(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<StoryTopic>[],
): Promise<void> {
  const stories = newestByKey(ofTopic(messages, 'story-update'), (value) => value.version);
  await write(client, `${schema}.stories`, storyColumns, {
    deleted: deletedKeys(stories),
    rows: newestValues(stories).map(({ story_id: id, first_at: firstAt, last_at: lastAt, ...story }) => ({
      ...story,
      id,
      first_at: new Date(firstAt).toISOString(),
      last_at: new Date(lastAt).toISOString(),
      // The view has no use for what the story is recognised by.
      mean: undefined,
      terms: undefined,
      headlines: undefined,
    })),
  });
  const articles = newestByKey(ofTopic(messages, 'article-story'), (value) => value.version);
  await write(client, `${schema}.article_stories`, assignmentColumns, {
    deleted: deletedKeys(articles),
    rows: newestValues(articles),
  });
}

/** @param columns with their types; the first is the key */
async function write(
  client: Pick<PoolClient, 'query'>,
  table: string,
  columns: Readonly<Record<string, string>>,
  { deleted, rows }: { readonly deleted: readonly string[]; readonly rows: readonly object[] },
): Promise<void> {
  const [key = '', ...others] = Object.keys(columns);
  if (deleted.length > 0) await client.query(`delete from ${table} where ${key} = any($1::uuid[])`, [deleted]);
  if (rows.length === 0) return;
  const names = [key, ...others].join(', ');
  const types = Object.entries(columns).map((column) => column.join(' '));
  await client.query(
    `insert into ${table} as stored (${names})
     select ${names} from json_to_recordset($1::json) as given (${types.join(', ')}) order by ${key}
     on conflict (${key}) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
     where excluded.version > stored.version`,
    [JSON.stringify(storable(rows))],
  );
}
