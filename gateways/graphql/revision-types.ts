import type { DiffPart } from '../services/articles/text-diff.ts';
import type { Revision, RevisionDiff, RevisionSummary } from '../services/articles/revisions.ts';
import { builder, dateTime } from './builder.ts';
import type { GraphContext } from './context.ts';

const partKind = builder.enumType('DiffPartKind', { values: ['same', 'added', 'removed'] as const });

const partType = builder.objectRef<DiffPart>('DiffPart').implement({
  fields: (t) => ({ kind: t.expose('kind', { type: partKind }), text: t.exposeString('text') }),
});

const diffType = builder.objectRef<RevisionDiff>('RevisionDiff').implement({
  fields: (t) => ({
    from: t.exposeID('from', { description: 'The version compared with' }),
    title: t.expose('title', { type: [partType] }),
    content: t.expose('content', { type: [partType] }),
  }),
});

export const revisionType = builder.objectRef<RevisionSummary>('Revision').implement({
  fields: (t) => ({
    version: t.exposeID('version', { description: 'Of the article' }),
    title: t.exposeString('title'),
    scrapedAt: t.expose('scraped_at', { type: dateTime }),
    supersededAt: t.expose('superseded_at', {
      type: dateTime,
      nullable: true,
      description: 'When the next one was fetched; null: the article says so now',
    }),
    content: t.string({
      resolve: async (revision, _args, context) => (await whole(revision, context)).content,
    }),
    diff: t.field({
      type: diffType,
      nullable: true,
      description: 'What changed since the version before, or since the one named; null where there is none before',
      args: { from: t.arg.id({ description: 'A version; default: the one before' }) },
      resolve: async (revision, { from }, context) => (await whole(revision, context, from ?? 'previous')).diff,
    }),
  }),
});

function whole(
  { article_id: id, version }: RevisionSummary,
  { services, spend }: Pick<GraphContext, 'services' | 'spend'>,
  diff?: string,
): Promise<Revision> {
  // Each is read with its text, and comparing takes some milliseconds.
  spend(diff === undefined ? 5 : 50);
  return services.revisions.get(id, version, { diff });
}
