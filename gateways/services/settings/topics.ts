import { type Kysely, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../../schema.ts';
import { visibleTo } from '../articles/rows.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import { lockOrganization, tellStages } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { requireRoom } from './room.ts';
import { newestFirst, type SettingsList } from './settings-list.ts';
import {
  type ExampleInput,
  maxExampleCharacters,
  maxTopics,
  type NewTopic,
  newTopicSchema,
  type TopicChanges,
  topicChangesSchema,
} from './topic-input.ts';

/** A topic of an organisation as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface Topic {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly examples: readonly TopicExample[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TopicExample {
  /** Null: the text was given itself. */
  readonly article_id: string | null;
  readonly text: string;
}

/**
 * The topics of one organisation. Another organisation's ids are unknown here. A change holds for the articles that are
 * judged after it, within seconds; `mimir replay categorize` applies it to those of before.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Topics {
  create(input: NewTopic): Promise<Topic>;
  get(id: string): Promise<Topic>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<Topic>>;
  change(id: string, changes: TopicChanges): Promise<Topic>;
  remove(id: string): Promise<void>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another topic of the organisation has this name',
});
const saysNothing = new Invalid({
  field: 'description',
  code: 'says_nothing',
  detail: 'a topic needs a description or an example',
});

export function openTopics({ db, organizationId, now }: Ports): Topics {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('topics').selectAll().where('organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('topic', id);
    return row;
  };

  /** Writes what the topic is now to the row's readers and to the stages. */
  async function told(transaction: Kysely<Database>, id: string): Promise<Topic> {
    const topic = topicOf(await one(transaction, id));
    if (topic.examples.length === 0 && (topic.description ?? '') === '') throw saysNothing;
    await tellStages(transaction, 'topic-definition', `${organizationId}/${id}`, {
      organization_id: organizationId,
      topic_id: id,
      name: topic.name,
      description: topic.description,
      examples: topic.examples.map(({ text }) => text),
      updated_at: Date.parse(topic.updated_at),
    });
    return topic;
  }

  return {
    create: (input) =>
      writing(nameTaken, () => {
        const { name, description, examples } = checked(newTopicSchema, input);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await requireRoom(transaction, 'topics', organizationId, { most: maxTopics, nouns: 'topics' });
          const id = v7();
          await transaction
            .insertInto('topics')
            .values({
              id,
              organization_id: organizationId,
              name,
              description,
              examples: JSON.stringify(await examplesOf(transaction, organizationId, examples)),
            })
            .execute();
          return told(transaction, id);
        });
      }),

    get: (id) => reading(async () => topicOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('topics', input, rows(db), topicOf)),

    change: (id, input) =>
      writing(nameTaken, () => {
        const { examples, ...changes } = checked(topicChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          const before = await one(transaction, checked(idSchema, id));
          const texts =
            examples === undefined
              ? {}
              : { examples: JSON.stringify(await examplesOf(transaction, organizationId, examples)) };
          await transaction
            .updateTable('topics')
            .set({ ...changes, ...texts, updated_at: new Date(now()) })
            .where('id', '=', before.id)
            .execute();
          return told(transaction, before.id);
        });
      }),

    remove: (id) =>
      writing(nameTaken, () =>
        db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          const topic = await one(transaction, checked(idSchema, id));
          await transaction.deleteFrom('topics').where('id', '=', topic.id).execute();
          await tellStages(transaction, 'topic-definition', `${organizationId}/${topic.id}`, null);
        }),
      ),
  };
}

/** With the texts of articles as they are now: the stages know no articles. */
async function examplesOf(
  transaction: Kysely<Database>,
  organizationId: string,
  given: readonly ExampleInput[],
): Promise<readonly TopicExample[]> {
  const ids = given.flatMap(({ article_id }) => (article_id === undefined ? [] : [article_id]));
  const { rows } = await sql<{ id: string; text: string }>`
    select id, title || '. ' || case content when '' then coalesce(summary, '') else left(content, ${maxExampleCharacters}) end as text
    from content.articles a where id = any(${ids}::uuid[]) and ${visibleTo(organizationId)}
  `.execute(transaction);
  const texts = new Map(rows.map(({ id, text }) => [id, text.slice(0, maxExampleCharacters).toWellFormed()]));
  return given.map(({ article_id, text }, at) => {
    if (article_id === undefined) return { article_id: null, text: text ?? '' };
    const found = texts.get(article_id);
    if (found !== undefined) return { article_id, text: found };
    throw new Invalid({
      field: `examples.${at}.article_id`,
      code: 'unknown_article',
      detail: `there is no article ${article_id}`,
    });
  });
}

function topicOf(row: {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly examples: readonly TopicExample[];
  readonly created_at: Date;
  readonly updated_at: Date;
}): Topic {
  const { id, name, description, examples, created_at, updated_at } = row;
  return {
    id,
    name,
    description,
    examples: examples.map(({ article_id, text }) => ({ article_id, text })),
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
