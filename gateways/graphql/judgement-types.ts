import type { KeywordMatch } from '../../schemas/types.ts';
import { newsTopics } from '../../domain/news-topics.ts';
import type { ArticleMarks, Judgements, Relevance, TopicOfArticle } from '../services/articles/judgements.ts';
import { builder } from './builder.ts';

type Category = NonNullable<Judgements['categories']>[number];

const nameOfTopic = (topic: string): string =>
  Object.hasOwn(newsTopics, topic) ? newsTopics[topic as keyof typeof newsTopics].name : topic;

export const categoryType = builder.objectRef<Category>('ArticleCategory').implement({
  fields: (t) => ({
    topic: t.exposeString('topic', { description: 'Of the taxonomy, for example science-technology' }),
    name: t.string({ description: "The IPTC's name", resolve: ({ topic }) => nameOfTopic(topic) }),
    score: t.exposeFloat('score', { description: '0 to 1: how probable it is that the article is mainly about it' }),
    facet: t.exposeString('facet', { description: 'Of the topic, the one that the article is nearest to' }),
    method: t.exposeString('method'),
  }),
});

export const articleTopicType = builder.objectRef<TopicOfArticle>('ArticleTopic').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    score: t.exposeFloat('score', { description: '0.5 to 1' }),
    nearest: t.exposeString('nearest', { description: 'The example, or the description, that it is nearest to' }),
    method: t.exposeString('method'),
  }),
});

const keywordMatchType = builder.objectRef<KeywordMatch>('KeywordMatch').implement({
  fields: (t) => ({
    keyword: t.exposeString('keyword'),
    weight: t.exposeFloat('weight'),
    inTitle: t.exposeBoolean('in_title'),
    count: t.exposeInt('count', { description: 'In title and text' }),
  }),
});

export const relevanceType = builder.objectRef<Relevance>('ArticleRelevance').implement({
  fields: (t) => ({
    score: t.exposeFloat('score', { description: 'Above 0, below 1' }),
    keywords: t.field({
      type: [keywordMatchType],
      description: 'The one that counts most first',
      resolve: ({ keywords }) => keywords,
    }),
    method: t.exposeString('method'),
  }),
});

const markingRuleType = builder.objectRef<ArticleMarks['rules'][number]>('MarkingRule').implement({
  description: 'As it was when it judged the article',
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name'), revision: t.exposeInt('revision') }),
});

export const marksType = builder.objectRef<ArticleMarks>('ArticleMarks').implement({
  fields: (t) => ({
    tags: t.exposeStringList('tags', { description: "Beside the publisher's" }),
    dropped: t.exposeBoolean('dropped'),
    priority: t.exposeString('priority', { description: 'low, normal, high or urgent' }),
    routes: t.exposeStringList('routes', { description: 'Where the topic article-routed has told of it' }),
    rules: t.field({ type: [markingRuleType], description: 'In their order', resolve: ({ rules }) => rules }),
  }),
});
