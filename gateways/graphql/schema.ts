import type { ArticleListInput, SearchInput, SimilarInput } from '../services/article-query.ts';
import { NotFound } from '../services/faults.ts';
import type { NewSource, SourceChanges } from '../services/source-input.ts';
import type { SourceList } from '../services/sources.ts';
import { articleType, similarType } from './article-types.ts';
import { builder, dateTime } from './builder.ts';
import { articleConnection, modeType, searchConnection, sourceConnection } from './connections.ts';
import { toServiceInput } from './names.ts';
import { collectRequestType, newSourceInput, sourceChangesInput, sourceType } from './source-types.ts';

const duplicatesType = builder.enumType('Duplicates', {
  description: 'Whether copies of other articles are shown',
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
      duplicates: t.arg({ type: duplicatesType, description: 'Default: include' }),
    };
    return {
      articles: t.field({
        type: articleConnection,
        args: {
          ...pages,
          ...filter,
          q: t.arg.string({ description: 'Words that its text must match' }),
          sort: t.arg.string({
            description: 'published_at, scraped_at or title; a minus before it sorts downwards. Default: -published_at',
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
      sources: t.field({
        type: sourceConnection,
        description: 'Newest first',
        args: pages,
        resolve: (_root, args, { services }) => services.sources.list(given(args) as SourceList),
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
