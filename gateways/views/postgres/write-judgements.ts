import type { PoolClient } from 'pg';
import type { Message } from '../../../streams/stage.ts';
import { storable } from '../../article-record.ts';
import { deletedKeys, newestByKey, newestValues, ofTopic } from '../newest.ts';
import type { ContentSchema } from './content-schema.ts';

export const judgementTopics = ['article-categories', 'article-topics', 'article-relevance'] as const;
export type JudgementTopic = (typeof judgementTopics)[number];

/** What is said of articles: their categories, and for each organisation its topics and its relevance. */
export async function writeJudgements(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<JudgementTopic>[],
): Promise<void> {
  await writeCategories(client, schema, ofTopic(messages, 'article-categories'));
  await writeByOrganization(client, schema, {
    what: 'topics',
    columns: { topic_ids: 'uuid[]', matches: 'jsonb', method: 'text' },
    changes: newestDefined(ofTopic(messages, 'article-topics')),
    rowsOf: ({ matches, method }) =>
      [...Map.groupBy(matches, ({ organization_id }) => organization_id)].map(([organization_id, own]) => ({
        organization_id,
        topic_ids: own.map(({ topic_id }) => topic_id),
        matches: own.map(({ topic_id, score, nearest }) => ({ topic_id, score, nearest })),
        method,
      })),
  });
  await writeByOrganization(client, schema, {
    what: 'relevance',
    columns: { score: 'double precision', keywords: 'jsonb', method: 'text' },
    changes: newestDefined(ofTopic(messages, 'article-relevance')),
    rowsOf: ({ organizations, method }) => organizations.map((one) => ({ ...one, method })),
  });
}

async function writeCategories(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  messages: readonly Message<'article-categories'>[],
): Promise<void> {
  if (messages.length === 0) return;
  const changes = newestByKey(messages, (value) => value.version);
  await client.query(`delete from ${schema}.article_categories where article_id = any($1::uuid[])`, [
    deletedKeys(changes),
  ]);
  const rows = newestValues(changes).map(({ article_id, version, categories, method, model }) => ({
    article_id,
    version,
    method,
    model,
    topics: categories.map(({ topic }) => topic),
    categories,
  }));
  await client.query(
    `insert into ${schema}.article_categories as stored (article_id, version, topics, categories, method, model)
     select article_id, version, topics, categories, method, model
     from json_to_recordset($1::json) as given
       (article_id uuid, version bigint, topics text[], categories jsonb, method text, model text)
     order by article_id
     on conflict (article_id) do update set version = excluded.version, topics = excluded.topics,
       categories = excluded.categories, method = excluded.method, model = excluded.model
     where excluded.version > stored.version`,
    [JSON.stringify(storable(rows))],
  );
}

interface Defined {
  readonly article_id: string;
  readonly version: number;
  readonly defined_at: number;
}

/** The same version judged by later definitions is newer. */
const isNewer = (one: Defined, other: Defined): boolean =>
  one.version > other.version || (one.version === other.version && one.defined_at > other.defined_at);

/** What messages of one topic come to by key; null where the last word is a deletion. */
function newestDefined<V extends Defined>(
  messages: readonly { readonly key: string; readonly value: V | null }[],
): ReadonlyMap<string, { readonly isDeleted: boolean; readonly value: V | null }> {
  const changes = new Map<string, { readonly isDeleted: boolean; readonly value: V | null }>();
  for (const { key, value } of messages) {
    const before = changes.get(key);
    if (value === null) changes.set(key, { isDeleted: true, value: null });
    else if (before === undefined || before.value === null || isNewer(value, before.value))
      changes.set(key, { isDeleted: before?.isDeleted === true, value });
  }
  return changes;
}

/**
 * One row an article and organisation. A message tells of all organisations: those that it leaves out lose their rows.
 * That an article was judged, and how new that was, stands in article_judged: also where it has no row for anybody.
 */
async function writeByOrganization<V extends Defined>(
  client: Pick<PoolClient, 'query'>,
  schema: ContentSchema,
  {
    what,
    columns,
    changes,
    rowsOf,
  }: {
    readonly what: 'topics' | 'relevance';
    /** Beside those of every such table, with their types. */
    readonly columns: Readonly<Record<string, string>>;
    readonly changes: ReturnType<typeof newestDefined<V>>;
    readonly rowsOf: (value: V) => readonly object[];
  },
): Promise<void> {
  if (changes.size === 0) return;
  const table = `article_${what}`;
  const deleted = [...changes].filter(([, { isDeleted }]) => isDeleted).map(([key]) => key);
  if (deleted.length > 0) {
    await client.query(`delete from ${schema}.${table} where article_id = any($1::uuid[])`, [deleted]);
    await client.query(`delete from ${schema}.article_judged where what = $2 and article_id = any($1::uuid[])`, [
      deleted,
      what,
    ]);
  }
  const values = [...changes.values()]
    .flatMap(({ value }) => (value === null ? [] : [value]))
    .toSorted((a, b) => (a.article_id < b.article_id ? -1 : 1));
  if (values.length === 0) return;
  const { rows: fresh } = await client.query<{ article_id: string }>(
    `insert into ${schema}.article_judged as stored (article_id, what, version, defined_at)
     select article_id, $2, version, defined_at
     from json_to_recordset($1::json) as given (article_id uuid, version bigint, defined_at bigint) order by article_id
     on conflict (article_id, what) do update set version = excluded.version, defined_at = excluded.defined_at
     where (excluded.version, excluded.defined_at) > (stored.version, stored.defined_at)
     returning article_id`,
    [JSON.stringify(values.map(({ article_id, version, defined_at }) => ({ article_id, version, defined_at }))), what],
  );
  const ids = fresh.map(({ article_id }) => article_id);
  await client.query(`delete from ${schema}.${table} where article_id = any($1::uuid[])`, [ids]);
  const rows = values
    .filter(({ article_id }) => ids.includes(article_id))
    .flatMap((value) => {
      const { article_id, version, defined_at } = value;
      return rowsOf(value).map((row) => ({ ...row, article_id, version, defined_at }));
    });
  if (rows.length === 0) return;
  const types = { article_id: 'uuid', organization_id: 'uuid', version: 'bigint', defined_at: 'bigint', ...columns };
  const names = Object.keys(types).join(', ');
  const record = Object.entries(types)
    .map((column) => column.join(' '))
    .join(', ');
  await client.query(
    `insert into ${schema}.${table} (${names})
     select ${names} from json_to_recordset($1::json) as given (${record}) order by article_id, organization_id`,
    [JSON.stringify(storable(rows))],
  );
}
