import { NotFound } from '../services/faults.ts';
import type { KeywordChanges, NewKeyword, NewTopic, TopicChanges } from '../services/settings/topic-input.ts';
import type { SettingsList } from '../services/settings/settings-list.ts';
import { builder } from './builder.ts';
import { keywordConnection, topicConnection } from './connections.ts';
import { toServiceInput } from './names.ts';
import {
  keywordChangesInput,
  newKeywordInput,
  newTopicInput,
  organizationKeywordType,
  topicChangesInput,
  topicType,
} from './settings-types.ts';

const found = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
const list = (args: object) => toServiceInput(args, { keepNull: false }) as SettingsList;

/** Examples are objects of their own, with names of their own. */
function topicInput(input: object, keepNull: boolean): unknown {
  const { examples, ...rest } = toServiceInput(input, { keepNull });
  if (examples === undefined || examples === null) return rest;
  return { ...rest, examples: (examples as object[]).map((one) => toServiceInput(one, { keepNull: false })) };
}

builder.queryFields((t) => {
  const pages = { first: t.arg.int({ description: '1 to 100; default 20' }), after: t.arg.string() };
  const id = { id: t.arg.id({ required: true }) };
  return {
    topics: t.field({
      type: topicConnection,
      description: "The organisation's topics, newest first",
      args: pages,
      resolve: (_root, args, { services }) => services.topics.list(list(args)),
    }),
    topic: t.field({
      type: topicType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.topics.get(args.id)),
    }),
    keywords: t.field({
      type: keywordConnection,
      description: "The organisation's keywords, newest first",
      args: pages,
      resolve: (_root, args, { services }) => services.keywords.list(list(args)),
    }),
    keyword: t.field({
      type: organizationKeywordType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.keywords.get(args.id)),
    }),
  };
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  return {
    createTopic: t.field({
      type: topicType,
      args: { input: t.arg({ type: newTopicInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.topics.create(topicInput(input, false) as NewTopic),
    }),
    updateTopic: t.field({
      type: topicType,
      args: { id, input: t.arg({ type: topicChangesInput, required: true }) },
      resolve: (_root, args, { services }) =>
        services.topics.change(args.id, topicInput(args.input, true) as TopicChanges),
    }),
    deleteTopic: t.id({
      description: 'The id of the topic that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.topics.remove(args.id);
        return args.id;
      },
    }),
    createKeyword: t.field({
      type: organizationKeywordType,
      args: { input: t.arg({ type: newKeywordInput, required: true }) },
      resolve: (_root, { input }, { services }) =>
        services.keywords.create(toServiceInput(input, { keepNull: false }) as NewKeyword),
    }),
    updateKeyword: t.field({
      type: organizationKeywordType,
      args: { id, input: t.arg({ type: keywordChangesInput, required: true }) },
      resolve: (_root, args, { services }) =>
        services.keywords.change(args.id, toServiceInput(args.input, { keepNull: false }) as KeywordChanges),
    }),
    deleteKeyword: t.id({
      description: 'The id of the keyword that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.keywords.remove(args.id);
        return args.id;
      },
    }),
  };
});
