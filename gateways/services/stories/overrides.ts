import { type Kysely, sql } from 'kysely';
import { v7 } from 'uuid';
import type { StoryOverride as Override } from '../../../schemas/types.ts';
import type { Database } from '../../schema.ts';
import type { VectorIndex } from '../../vector-index/port.ts';
import { checked } from '../checked.ts';
import { Invalid } from '../faults.ts';
import { writeToOutbox } from '../outbox.ts';
import { type MergeInput, mergeSchema, type SplitInput, splitSchema } from './query.ts';
import type { Story, StoryOverride } from './story.ts';
import { askVectors } from '../vector-faults.ts';

export interface StoryPorts {
  readonly db: Kysely<Database>;
  readonly vectors: Pick<VectorIndex, 'fetch'>;
  readonly organizationId: string;
  readonly now: () => number;
  /** An article this far from a story in time is never of it: older stories cannot be changed any more. */
  readonly windowDays: number;
}

type GetStory = (id: string) => Promise<Story>;

/** Says that a story's articles belong to another one; the story is then the other. */
export async function mergeStory(
  ports: StoryPorts,
  get: GetStory,
  id: string,
  input: MergeInput,
): Promise<StoryOverride> {
  const { into_story_id: given } = checked(mergeSchema, input);
  const [gone, into] = [await get(id), await get(given)];
  if (gone.id === into.id) throw invalid('into_story_id', 'same_story', 'the stories are one already');
  for (const story of [gone, into]) refuseOld(story, ports);
  const stories = [...(await contentsOf(ports, gone)), ...(await contentsOf(ports, into))];
  return decide(ports, { kind: 'merge', story_id: gone.id, into_story_id: into.id, articles: [], stories });
}

/** Says that articles of a story are a story of their own. */
export async function splitStory(
  ports: StoryPorts,
  get: GetStory,
  id: string,
  input: SplitInput,
): Promise<StoryOverride> {
  const ids = [...new Set(checked(splitSchema, input).article_ids)];
  const story = await get(id);
  refuseOld(story, ports);
  if (ids.length >= story.article_count) {
    throw invalid('article_ids', 'whole_story', 'that is the whole story: nothing would be left of it');
  }
  const { articles, strangers, unindexed } = await articlesOf(ports, story, ids);
  if (strangers.length > 0) {
    throw invalid('article_ids', 'not_of_story', `not articles of the story: ${strangers.join(', ')}`);
  }
  if (unindexed.length > 0) {
    throw invalid('article_ids', 'not_indexed_yet', `not indexed yet, try again in a moment: ${unindexed.join(', ')}`);
  }
  const stories = await contentsOf(ports, story);
  return decide(ports, { kind: 'split', story_id: story.id, into_story_id: v7(), articles, stories });
}

/** The stage knows the stories that can still grow, and no others. */
function refuseOld({ id, last_at: lastAt }: Story, { now, windowDays }: StoryPorts): void {
  if (Date.parse(lastAt) >= now() - windowDays * 86_400_000) return;
  throw invalid('id', 'story_closed', `nothing was added to story ${id} for ${windowDays} days: it is closed`);
}

/** Stories with more articles stay in the memory of the stage for as long as they can grow. */
const mostCarried = 20;

/**
 * A small story as it stands: the stage may have let go of it, where much comes. What others were merged into, or a
 * person has changed, the stage keeps with what it knows of that.
 */
async function contentsOf(ports: StoryPorts, { id, article_count, by_hand }: Story): Promise<Override['stories']> {
  if (article_count > mostCarried || by_hand) return [];
  const { rows } = await sql<{ version: number; article_ids: readonly string[] }>`
    select s.version, array(select m.article_id::text from content.article_stories m where m.story_id = s.id) as article_ids
    from content.stories s
    where s.id = ${id} and not exists (select from content.stories g where g.merged_into = s.id)
  `.execute(ports.db);
  const [story] = rows;
  if (story === undefined) return [];
  const { articles } = await articlesOf(ports, { id }, story.article_ids);
  return articles.length === article_count ? [{ story_id: id, version: story.version, articles }] : [];
}

interface Articles {
  readonly articles: Override['articles'];
  /** Ids of those that are not of the story. */
  readonly strangers: readonly string[];
  /** Ids of those whose vector is not known yet. */
  readonly unindexed: readonly string[];
}

/** What the stage needs of each article, which it does not keep. */
async function articlesOf(
  { db, vectors }: StoryPorts,
  story: Pick<Story, 'id'>,
  ids: readonly string[],
): Promise<Articles> {
  if (ids.length === 0) return { articles: [], strangers: [], unindexed: [] };
  const { rows } = await sql<{
    id: string;
    visibility: string;
    url: string;
    title: string;
    language: string | null;
    published_date: Date;
    entity_keys: readonly string[];
    given: number;
  }>`
    select a.id, a.visibility, a.url, a.title, a.language, a.published_date, a.entity_keys[1:20] as entity_keys,
      m.version as given
    from content.articles a join content.article_stories m on m.article_id = a.id
    join content.stories g on g.id = m.story_id
    where a.id = any(${ids}::uuid[]) and coalesce(g.merged_into, g.id) = ${story.id}
    order by a.published_date, a.id
  `.execute(db);
  const points = new Map((await askVectors(() => vectors.fetch(ids))).map((point) => [point.articleId, point]));
  const articles = rows.flatMap((row): Override['articles'][number][] => {
    const point = points.get(row.id);
    if (point === undefined) return [];
    return [
      {
        article_id: row.id,
        version: row.given + 1,
        visibility: row.visibility,
        feed_ids: [],
        title: row.title,
        url: row.url,
        language: row.language,
        published_at: row.published_date.getTime(),
        model: point.payload.model,
        vector: point.vector,
        entities: row.entity_keys,
        enrichment: null,
      },
    ];
  });
  return {
    articles,
    strangers: ids.filter((id) => !rows.some((row) => row.id === id)),
    unindexed: ids.filter((id) => !points.has(id)),
  };
}

/** Kept and told to the streams in one transaction. */
async function decide(
  { db, organizationId, now }: StoryPorts,
  decision: Pick<Override, 'story_id' | 'into_story_id' | 'articles' | 'stories'> & {
    readonly kind: 'merge' | 'split';
  },
): Promise<StoryOverride> {
  const id = v7();
  const decidedAt = now();
  const { kind, story_id, into_story_id, articles } = decision;
  const articleIds = articles.map(({ article_id: articleId }) => articleId);
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('story_overrides')
      .values({ id, organization_id: organizationId, kind, story_id, into_story_id, article_ids: articleIds })
      .execute();
    await writeToOutbox(transaction, 'story-override', [
      { key: id, value: { override_id: id, ...decision, decided_at: decidedAt } },
    ]);
  });
  const decided = { id, kind, story_id, into_story_id, article_ids: articleIds };
  return { ...decided, decided_at: new Date(decidedAt).toISOString() };
}

const invalid = (field: string, code: string, detail: string) => new Invalid({ field, code, detail });
