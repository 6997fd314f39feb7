import type { OrganizationKeyword } from '../services/settings/keywords.ts';
import type { Topic, TopicExample } from '../services/settings/topics.ts';
import { builder, dateTime } from './builder.ts';

const exampleType = builder.objectRef<TopicExample>('TopicExample').implement({
  fields: (t) => ({
    articleId: t.exposeID('article_id', { nullable: true, description: 'Null: the text was given itself' }),
    text: t.exposeString('text', { description: 'As far as it is read' }),
  }),
});

export const topicType = builder.objectRef<Topic>('Topic');
topicType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    examples: t.field({ type: [exampleType], resolve: ({ examples }) => examples }),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

export const organizationKeywordType = builder.objectRef<OrganizationKeyword>('OrganizationKeyword');
organizationKeywordType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    keyword: t.exposeString('keyword'),
    weight: t.exposeFloat('weight'),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

const exampleInput = builder.inputType('NewTopicExample', {
  description: 'Either an article or a text',
  fields: (t) => ({ articleId: t.id(), text: t.string() }),
});

export const newTopicInput = builder.inputType('NewTopic', {
  fields: (t) => ({
    name: t.string({ required: true }),
    description: t.string(),
    examples: t.field({ type: [exampleInput] }),
  }),
});

export const topicChangesInput = builder.inputType('TopicChanges', {
  description: 'What is left out stays; examples are replaced as a whole',
  fields: (t) => ({ name: t.string(), description: t.string(), examples: t.field({ type: [exampleInput] }) }),
});

export const newKeywordInput = builder.inputType('NewKeyword', {
  fields: (t) => ({ keyword: t.string({ required: true }), weight: t.float({ description: '1 unless told' }) }),
});

export const keywordChangesInput = builder.inputType('KeywordChanges', {
  description: 'What is left out stays',
  fields: (t) => ({ keyword: t.string(), weight: t.float() }),
});
