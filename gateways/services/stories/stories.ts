import { sql } from 'kysely';
import {
  allOf,
  articleTables,
  type Condition,
  droppedBy,
  type JoinedRow,
  selection,
  summaryOfRow,
  visibleTo,
} from '../articles/rows.ts';
import type { ArticleSummary } from '../articles/article.ts';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { NotFound } from '../faults.ts';
import { type Page, pageOf } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import { mergeStory, splitStory, type StoryPorts } from './overrides.ts';
import {
  type MergeInput,
  type SplitInput,
  type StoryArticlesInput,
  storyArticlesSchema,
  type StoryList,
  type StoryListInput,
  storyListSchema,
} from './query.ts';
import type { Story, StoryLink, StoryOverride } from './story.ts';
import { idSchema } from '../text-schema.ts';

export interface StoryMember extends StoryLink {
  readonly article: ArticleSummary;
}

/**
 * The stories that the organisation may see: a story has articles of one visibility. All methods throw Invalid for
 * arguments that cannot be used and Unavailable while Postgres is away.
 */
export interface Stories {
  list(input: StoryListInput): Promise<Page<Story>>;
  /**
   * @param id also of a story that was merged: then the one that took it in is meant
   * @throws NotFound
   */
  get(id: string): Promise<Story>;
  /** Newest first, without what the organisation's rules have dropped. @throws NotFound */
  articlesOf(id: string, input: StoryArticlesInput): Promise<Page<StoryMember>>;
  /** One answer an article, in the order of the ids; null where it has no story yet. */
  ofArticles(articleIds: readonly string[]): Promise<readonly (StoryLink | null)[]>;
  /** @throws NotFound for either story; Invalid where they cannot be merged */
  merge(id: string, input: MergeInput): Promise<StoryOverride>;
  /** @throws NotFound; Invalid for articles that are not of the story */
  split(id: string, input: SplitInput): Promise<StoryOverride>;
}

const columns = sql`s.id, s.title, s.first_at, s.last_at, s.article_count, s.sources, s.languages, s.entities, s.by_hand, s.method`;

type StoryRow = Omit<Story, 'first_at' | 'last_at'> & { readonly first_at: Date; readonly last_at: Date };

const storyOfRow = (row: StoryRow): Story => ({
  ...row,
  first_at: row.first_at.toISOString(),
  last_at: row.last_at.toISOString(),
});

/** Articles (`m`) beside the story that they were given to (`g`) and the one that it is now (`s`). */
const membership = sql`content.article_stories m join content.stories g on g.id = m.story_id
  join content.stories s on s.id = coalesce(g.merged_into, g.id)`;
const linkColumns = sql`s.id as story_id, s.title as story_title, m.score, m.cosine, m.reason, m.shared, m.method`;

export function openStories(ports: StoryPorts): Stories {
  const { db } = ports;

  const get = async (given: string): Promise<Story> => {
    const id = checked(idSchema, given);
    const { rows } = await sql<StoryRow>`
      select ${columns} from content.stories g join content.stories s on s.id = coalesce(g.merged_into, g.id)
      where g.id = ${id} and ${visibleTo(ports.organizationId, 's')}
    `.execute(db);
    if (rows[0] === undefined) throw new NotFound('story', id);
    return storyOfRow(rows[0]);
  };

  return {
    list: (input) => reading(() => listStories(ports, checked(storyListSchema, input))),
    get: (id) => reading(() => get(id)),
    articlesOf: (id, input) =>
      reading(async () => {
        const { limit, cursor } = checked(storyArticlesSchema, input);
        return membersOf(ports, (await get(id)).id, limit, cursor);
      }),
    ofArticles: (ids) =>
      reading(async () => {
        if (ids.length === 0) return [];
        const { rows } = await sql<StoryLink & { readonly article_id: string }>`
          select m.article_id, ${linkColumns} from ${membership}
          where m.article_id = any(${ids}::uuid[]) and ${visibleTo(ports.organizationId, 's')}
        `.execute(db);
        const links = new Map(rows.map(({ article_id, ...link }) => [article_id, link]));
        return ids.map((id) => links.get(id) ?? null);
      }),
    merge: (id, input) => reading(() => mergeStory(ports, get, id, input)),
    split: (id, input) => reading(() => splitStory(ports, get, id, input)),
  };
}

async function listStories({ db, organizationId }: StoryPorts, list: StoryList): Promise<Page<Story>> {
  const { limit, cursor, ...filter } = list;
  const identity = ['stories', filter];
  const byTime = list.sort === '-last_at';
  const column = byTime ? sql`s.last_at` : sql`s.article_count`;
  const conditions = [...conditionsOf(list, organizationId)];
  if (cursor !== undefined) {
    const [value, id] = decodeCursor(identity, cursor);
    const place = byTime ? sql`${value}::timestamptz` : sql`${value}::integer`;
    conditions.push(sql`(${column}, s.id) < (${place}, ${id}::uuid)`);
  }
  const { rows } = await sql<StoryRow>`
    select ${columns} from content.stories s where ${allOf(conditions)}
    order by ${column} desc, s.id desc limit ${limit + 1}
  `.execute(db);
  return pageOf(rows, limit, (row) => {
    const item = storyOfRow(row);
    return { item, cursor: encodeCursor(identity, [byTime ? item.last_at : item.article_count, item.id]) };
  });
}

function conditionsOf(list: StoryList, organizationId: string): readonly Condition[] {
  const { language, source, site, entity, from, to, min_articles: least } = list;
  const conditions: Condition[] = [
    visibleTo(organizationId, 's'),
    sql`s.merged_into is null`,
    sql`s.article_count >= ${least}`,
  ];
  if (language !== undefined) conditions.push(sql`s.languages && ${language}::text[]`);
  if (site !== undefined) conditions.push(sql`${site} = any(s.sources)`);
  if (entity !== undefined) conditions.push(sql`${entity} = any(s.entities)`);
  if (from !== undefined) conditions.push(sql`s.last_at >= ${new Date(from)}`);
  if (to !== undefined) conditions.push(sql`s.first_at < ${new Date(to)}`);
  if (source !== undefined)
    conditions.push(sql`exists (
      select from content.stories g join content.article_stories m on m.story_id = g.id
      join content.article_feeds f on f.article_id = m.article_id left join former_feeds o on o.id = f.feed_id
      join sources x on x.feed_id = f.feed_id or x.feed_id = o.feed_id
      where (g.id = s.id or g.merged_into = s.id)
        and x.id = any(${source}::uuid[]) and x.organization_id = ${organizationId}
    )`);
  return conditions;
}

async function membersOf(
  { db, organizationId }: StoryPorts,
  storyId: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<StoryMember>> {
  const identity = ['story-articles', storyId];
  const conditions = [
    sql`m.story_id in (select id from content.stories where id = ${storyId} or merged_into = ${storyId})`,
    sql`not ${droppedBy(organizationId)}`,
  ];
  if (cursor !== undefined) {
    const [publishedAt, id] = decodeCursor(identity, cursor);
    conditions.push(sql`(a.published_date, a.id) < (${publishedAt}::timestamptz, ${id}::uuid)`);
  }
  const { rows } = await sql<JoinedRow & { readonly link: StoryLink }>`
    select ${selection('summary')}, (select to_jsonb(l) from (select ${linkColumns}) l) as link
    from ${articleTables} join content.article_stories m on m.article_id = a.id
    join content.stories g on g.id = m.story_id join content.stories s on s.id = coalesce(g.merged_into, g.id)
    where ${allOf(conditions)} order by a.published_date desc, a.id desc limit ${limit + 1}
  `.execute(db);
  return pageOf(rows, limit, ({ link, ...row }) => {
    const article = summaryOfRow(row);
    return { item: { ...link, article }, cursor: encodeCursor(identity, [article.published_at, article.id]) };
  });
}
