import type { ArticleListInput, SearchInput, SimilarInput } from '../services/articles/query.ts';
import type { EntityListInput } from '../services/articles/entities.ts';
import { NotFound } from '../services/faults.ts';
import type { NewSource, SourceChanges } from '../services/sources/input.ts';
import type { SettingsList } from '../services/settings/settings-list.ts';
import type { StoryListInput } from '../services/stories/query.ts';
import { articleType, similarType } from './article-types.ts';
import { entityKind, namedEntityType } from './entity-types.ts';
import { builder, dateTime } from './builder.ts';
import { storyOverrideType, storyType } from './story-types.ts';
import './alert-fields.ts';
import './alert-subscription.ts';
import './rule-fields.ts';
import './analytics-fields.ts';
import './report-fields.ts';
import './settings-fields.ts';
import './source-trial-fields.ts';
import { articleConnection, modeType, searchConnection, sourceConnection, storyConnection } from './connections.ts';
import { toServiceInput } from './names.ts';
import { queryExplanationType } from './query-types.ts';
import { collectRequestType, newSourceInput, sourceChangesInput, sourceType } from './source-types.ts';

const duplicatesType = builder.enumType('Duplicates', {
  description: 'Whether copies of other articles, or dropped ones, are shown',
  values: ['include', 'exclude', 'only'] as const,
});
const sentimentLabel = builder.enumType('SentimentLabel', { values: ['negative', 'neutral', 'positive'] as const });

builder.queryType({
  fields: (t) => {
    const pages = {
      first: t.arg.int({ description: '1 to 100; default 20' }),
      after: t.arg.string({ description: 'The endCursor of the page before' }),
    };
    const filter = {
      feed: t.arg.idList(),
      source: t.arg.idList(),
      language: t.arg.stringList(),
      publishedFrom: t.arg({ type: dateTime }),
      publishedTo: t.arg({ type: dateTime, description: 'Published before this time' }),
      author: t.arg.string(),
      tag: t.arg.stringList(),
      sentiment: t.arg({ type: sentimentLabel }),
      entity: t.arg.stringList({ description: 'Keys of what it names, any of them' }),
      category: t.arg.stringList({ description: 'Topics of the taxonomy, for example sport' }),
      topic: t.arg.idList({ description: "The organisation's own" }),
      minRelevance: t.arg.float(),
      duplicates: t.arg({ type: duplicatesType, description: 'Default: include' }),
      dropped: t.arg({
        type: duplicatesType,
        description: "What the organisation's rules have dropped; default: exclude",
      }),
    };
    return {
      articles: t.field({
        type: articleConnection,
        args: {
          ...pages,
          ...filter,
          q: t.arg.string({ description: 'Words that its text must match' }),
          sort: t.arg.string({
            description:
              'published_at, scraped_at, title, or downwards only relevance and priority; a minus before it sorts downwards. Default: -published_at',
          }),
        },
        resolve: (_root, args, { services }) => services.articles.list(given(args) as ArticleListInput),
      }),
      article: t.field({
        type: articleType,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        resolve: (_root, { id }, { services }) => nullIfUnknown(services.articles.get(id)),
      }),
      similar: t.field({
        type: [similarType],
        description: 'The articles nearest in meaning, nearest first, without the article itself',
        args: { id: t.arg.id({ required: true }), first: pages.first, minScore: t.arg.float() },
        resolve: (_root, { id, ...args }, { services }) => services.articles.similar(id, given(args) as SimilarInput),
      }),
      search: t.field({
        type: searchConnection,
        args: {
          q: t.arg.string({ required: true }),
          mode: t.arg({ type: modeType, description: 'Default: hybrid' }),
          ...pages,
          ...filter,
        },
        resolve: (_root, args, { services }) => services.search(given(args) as SearchInput),
      }),
      explainQuery: t.field({
        type: queryExplanationType,
        description: 'How a query is read. Nothing is searched',
        args: { q: t.arg.string({ required: true }) },
        resolve: (_root, { q }, { services }) => services.explainQuery(q),
      }),
      entities: t.field({
        type: [namedEntityType],
        description: 'What most articles name that were published in a span of time, the most named first',
        args: {
          publishedFrom: t.arg({ type: dateTime, description: 'Default: seven days before publishedTo' }),
          publishedTo: t.arg({ type: dateTime, description: 'Published before this time. Default: now' }),
          type: t.arg({ type: entityKind }),
          prefix: t.arg.string({ description: 'How a name or its key begins' }),
          first: t.arg.int({ description: '1 to 100; default 20' }),
        },
        resolve: (_root, args, { services }) => services.entities.list(given(args) as EntityListInput),
      }),
      stories: t.field({
        type: storyConnection,
        description: 'Articles about one event',
        args: {
          ...pages,
          language: filter.language,
          source: filter.source,
          site: t.arg.string(),
          entity: t.arg.string(),
          from: t.arg({ type: dateTime }),
          to: t.arg({ type: dateTime }),
          minArticles: t.arg.int({ description: 'Default: 2' }),
          sort: t.arg.string({ description: '-last_at (default) or -article_count' }),
        },
        resolve: (_root, args, { services }) => services.stories.list(given(args) as StoryListInput),
      }),
      story: t.field({
        type: storyType,
        nullable: true,
        description: 'The id of a story that was merged leads to the one that took it in',
        args: { id: t.arg.id({ required: true }) },
        resolve: (_root, { id }, { services }) => nullIfUnknown(services.stories.get(id)),
      }),
      sources: t.field({
        type: sourceConnection,
        description: 'Newest first',
        args: pages,
        resolve: (_root, args, { services }) => services.sources.list(given(args) as SettingsList),
      }),
      source: t.field({
        type: sourceType,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        resolve: (_root, { id }, { services }) => nullIfUnknown(services.sources.get(id)),
      }),
    };
  },
});

builder.mutationType({
  fields: (t) => ({
    mergeStory: t.field({
      type: storyOverrideType,
      args: { id: t.arg.id({ required: true }), into: t.arg.id({ required: true }) },
      resolve: (_root, { id, into }, { services }) => services.stories.merge(id, { into_story_id: into }),
    }),
    splitStory: t.field({
      type: storyOverrideType,
      args: { id: t.arg.id({ required: true }), articles: t.arg.idList({ required: true }) },
      resolve: (_root, { id, articles }, { services }) => services.stories.split(id, { article_ids: articles }),
    }),
    createSource: t.field({
      type: sourceType,
      args: { input: t.arg({ type: newSourceInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.sources.create(given(input) as NewSource),
    }),
    updateSource: t.field({
      type: sourceType,
      args: { id: t.arg.id({ required: true }), input: t.arg({ type: sourceChangesInput, required: true }) },
      resolve: (_root, { id, input }, { services }) =>
        services.sources.change(id, toServiceInput(input, { keepNull: true }) as SourceChanges),
    }),
    deleteSource: t.id({
      description: 'The id of the source that is gone',
      args: { id: t.arg.id({ required: true }) },
      async resolve(_root, { id }, { services }) {
        await services.sources.remove(id);
        return id;
      },
    }),
    collectNow: t.field({
      type: collectRequestType,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { services }) => services.sources.collectNow(id),
    }),
  }),
});

export const schema = builder.toSchema();

/** The services check their arguments themselves; a null means what leaving out means. */
function given(args: object): unknown {
  return toServiceInput(args, { keepNull: false });
}

async function nullIfUnknown<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
