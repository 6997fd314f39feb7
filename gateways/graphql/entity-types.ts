import type { Entity, SkippedEnricher } from '../../schemas/types.ts';
import type { MachineSummary } from '../services/articles/article.ts';
import { entityTypes, type NamedEntity } from '../services/articles/entities.ts';
import { builder } from './builder.ts';

export const entityKind = builder.enumType('EntityType', { values: entityTypes });

export const entityType = builder.objectRef<Entity>('Entity').implement({
  description: 'What an article names',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The same in all articles' }),
    name: t.exposeString('name'),
    type: t.expose('type', { type: entityKind }),
    count: t.exposeInt('count', { description: 'Mentions' }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1' }),
  }),
});

export const namedEntityType = builder.objectRef<NamedEntity>('NamedEntity').implement({
  description: 'What articles name, over all that name it',
  fields: (t) => ({
    key: t.exposeString('key'),
    name: t.exposeString('name', { description: 'As most of the articles write it' }),
    type: t.expose('type', { type: entityKind }),
    articles: t.exposeInt('articles', { description: 'Articles that name it, copies of others not counted' }),
    mentions: t.exposeInt('mentions'),
  }),
});

export const machineSummaryType = builder.objectRef<MachineSummary>('MachineSummary').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    method: t.exposeString('method'),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: '0 to 1: the share of what the text says that it says too; null: made before there was one',
    }),
  }),
});

export const skippedType = builder.objectRef<SkippedEnricher>('SkippedEnricher').implement({
  fields: (t) => ({
    enricher: t.exposeString('enricher'),
    reason: t.exposeString('reason', { description: 'switched_off, failed or timed_out' }),
  }),
});
