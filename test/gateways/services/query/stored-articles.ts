import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { pino } from 'pino';
import { articleKeys } from '../../../../domain/query/article-keys.ts';
import { priorityRank } from '../../../../domain/priority.ts';
import { inTransaction, openPostgres, typedQueries } from '../../../../gateways/postgres.ts';
import type { Database } from '../../../../gateways/schema.ts';
import { openEmbeddedVectorIndex } from '../../../../gateways/vector-index/embedded.ts';
import type { VectorIndex } from '../../../../gateways/vector-index/port.ts';
import { type PostgresViewTopic, writeToPostgres } from '../../../../gateways/views/postgres/write.ts';
import type { ArticleEnriched, StoryUpdate } from '../../../../schemas/types.ts';
import type { Message } from '../../../../streams/stage.ts';
import {
  articleIdOf,
  feedIds,
  type MadeArticle,
  mergedInto,
  model,
  movedFeed,
  organizationIds,
  sourceIds,
  storyIds,
} from '../../../domain/query/made/articles.ts';
import { testDatabase } from '../../database.ts';
import { enriched, message } from '../../views/messages.ts';

/** Made-up articles in stores of their own, written as the views write them. */
export interface StoredArticles extends AsyncDisposable {
  readonly db: Kysely<Database>;
  readonly vectors: VectorIndex;
  /** Writes them anew, whatever was there of them. */
  write(articles: readonly MadeArticle[]): Promise<void>;
}

const log = pino({ level: 'silent' });

export async function storeArticles(): Promise<StoredArticles> {
  const database = await testDatabase();
  const pool = openPostgres(database.url, { log });
  const dir = await mkdtemp(join(tmpdir(), 'mimir-query-'));
  const vectors = await openEmbeddedVectorIndex(join(dir, 'vectors.db'), { log });
  for (const statement of settings()) await pool.query(statement);
  let version = 0;
  return {
    db: typedQueries(pool),
    vectors,
    async write(articles) {
      version += 1;
      const messages = [...stories(version), ...articles.flatMap((made) => messagesOf(made, version))];
      await inTransaction(pool, (client) => writeToPostgres(client, 'content', messages));
      await pool.query('delete from article_marks where article_id = any($1)', [articles.map(idOf)]);
      for (const row of articles.flatMap(marksOf)) {
        await pool.query<object>(
          `insert into article_marks (article_id, organization_id, tags, tag_keys, dropped, priority, routes, rules,
             article_version, rules_revision, judged_at) values ($1, $2, $3, $4, $5, $6, '{}', '[]', 1, 1, now())`,
          [...row],
        );
      }
      await vectors.delete(articles.map(idOf));
      await vectors.upsert(articles.flatMap((made) => pointOf(made, version)));
    },
    async [Symbol.asyncDispose]() {
      await vectors[Symbol.asyncDispose]();
      await pool.end();
      await database[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
}

const idOf = ({ number }: MadeArticle): string => articleIdOf(number);

/** Both organisations follow each feed; of one only its old address lists articles. */
function settings(): readonly string[] {
  const present = feedIds.filter((feed) => feed !== movedFeed.from);
  return [
    ...organizationIds.map(
      (id, at) => `insert into organizations (id, name, slug) values ('${id}', 'Org ${at}', 'org-${at}')`,
    ),
    ...present.map(
      (id) => `insert into feeds (id, url, connector) values ('${id}', 'https://news.example/${id}', 'feed')`,
    ),
    `insert into former_feeds (id, visibility, url, feed_id)
     values ('${movedFeed.from}', 'public', 'https://old.example/', '${movedFeed.to}')`,
    ...sourceIds.flatMap((ids, at) =>
      ids.map(
        (id, feed) =>
          `insert into sources (id, organization_id, feed_id, name, url, type)
           values ('${id}', '${organizationIds[at]}', '${present[feed]}', 'Source ${feed}', 'https://news.example/', 'feed')`,
      ),
    ),
  ];
}

function messagesOf(made: MadeArticle, version: number): readonly Message<PostgresViewTopic>[] {
  const id = idOf(made);
  const same = { article_id: id, version, method: 'test' };
  const judged = { ...same, defined_at: 1, model: 'test' };
  const ofOrganizations = made.organizations.map((own, at) => ({ organization_id: organizationIds[at] ?? '', ...own }));
  return [
    message('article-enriched', id, enrichedOf(made, version)),
    message('article-duplicate', id, {
      ...same,
      original_id: made.isCopy ? articleIdOf(999) : null,
      reason: 'same_text',
      score: 1,
    }),
    message(
      'article-categories',
      id,
      made.categories === null
        ? null
        : {
            ...judged,
            visibility: 'public',
            categories: made.categories.map((topic) => ({ topic, score: 0.5, facet: '' })),
          },
    ),
    message('article-topics', id, {
      ...judged,
      matches: ofOrganizations.flatMap(({ organization_id, topicIds }) =>
        topicIds.map((topic_id) => ({ organization_id, topic_id, score: 0.5, nearest: '' })),
      ),
    }),
    message('article-relevance', id, {
      ...judged,
      organizations: ofOrganizations.flatMap(({ organization_id, relevance }) =>
        relevance === null ? [] : [{ organization_id, score: relevance, keywords: [] }],
      ),
    }),
    message(
      'article-story',
      id,
      made.storyId === null
        ? null
        : { ...same, story_id: made.storyId, visibility: 'public', score: 1, cosine: 1, reason: 'first', shared: [] },
    ),
  ];
}

function enrichedOf(made: MadeArticle, version: number): ArticleEnriched {
  const { title, text, feeds, tags, authors, language, sentiment } = made;
  const value = enriched(made.number, version, {
    title,
    text,
    feeds,
    tags,
    authors,
    language,
    sentiment: sentiment === null ? null : { ...sentiment, method: 'test', confidence: 1 },
  });
  const id = idOf(made);
  return {
    ...value,
    article_id: id,
    article: {
      ...value.article,
      article_id: id,
      url: made.url,
      site_name: made.siteName,
      summary: made.summary,
      published_at: made.publishedAt,
      fetched_at: made.collectedAt,
    },
    keywords: made.keywords.map((term) => ({ term, weight: 1 })),
    entities: made.entities.map((key) => ({ key, name: key, type: 'person', count: 1, confidence: 1 })),
    quality: [...made.quality],
    word_count: made.wordCount,
  };
}

const stories = (version: number): readonly Message<'story-update'>[] =>
  storyIds.map((id) => {
    const story: StoryUpdate = {
      story_id: id,
      version,
      visibility: 'public',
      merged_into: id === mergedInto.from ? mergedInto.into : null,
      title: 'A story',
      first_at: 0,
      last_at: 0,
      article_count: 1,
      sources: [],
      languages: [],
      entities: [],
      by_hand: false,
      method: 'test',
      model,
      mean: [],
      terms: [],
      headlines: [],
      absorbed: [],
      apart: [],
    };
    return message('story-update', id, story);
  });

const marksOf = (made: MadeArticle): readonly (readonly unknown[])[] =>
  made.organizations.flatMap(({ marks }, at) => {
    if (marks === null) return [];
    const keys = articleKeys({ url: '', site_name: null, authors: [], tags: marks.tags, keywords: [] });
    return [[idOf(made), organizationIds[at], marks.tags, keys, marks.isDropped, priorityRank(marks.priority)]];
  });

function pointOf(made: MadeArticle, version: number): Parameters<VectorIndex['upsert']>[0] {
  const { vector, feeds, language, publishedAt } = made;
  if (vector === null) return [];
  const payload = { visibility: 'public', feedIds: feeds, language, publishedAt, model };
  return [{ articleId: idOf(made), version, vector, payload }];
}
