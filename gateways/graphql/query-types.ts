import type { Span } from '../../domain/query/ast.ts';
import type {
  ExplainedNode,
  ExplainedOmission,
  ExplainedWords,
  QueryExplanation,
} from '../services/query/explanation.ts';
import type { ResolvedName } from '../services/query/names.ts';
import { builder } from './builder.ts';

const spanType = builder.objectRef<Span>('QuerySpan').implement({
  description: 'In the query as it was given, in UTF-16 units; the end is exclusive',
  fields: (t) => ({ start: t.exposeInt('start'), end: t.exposeInt('end') }),
});

const nodeType = builder.objectRef<ExplainedNode>('QueryNode').implement({
  fields: (t) => ({
    depth: t.exposeInt('depth', { description: '0 for the top; what belongs to a node follows it, one deeper' }),
    kind: t.exposeString('kind'),
    says: t.exposeString('says', { description: 'In words' }),
    span: t.expose('span', { type: spanType }),
  }),
});

const wordsType = builder.objectRef<ExplainedWords>('QueryWords').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    where: t.exposeString('where'),
    lexemes: t.field({
      type: t.listRef(['String']),
      description: 'Positions that follow each other; at each any of the lexemes, marked by their language',
      resolve: ({ lexemes }) => lexemes.map((any) => [...any]),
    }),
    span: t.expose('span', { type: spanType }),
  }),
});

const omissionType = builder.objectRef<ExplainedOmission>('QueryOmission').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    reason: t.exposeString('reason', { description: 'stop-word or no-words' }),
    span: t.expose('span', { type: spanType }),
  }),
});

const nameType = builder.objectRef<ResolvedName>('QueryName').implement({
  fields: (t) => ({
    field: t.exposeString('field'),
    written: t.exposeString('written'),
    id: t.exposeID('id'),
    name: t.exposeString('name', { description: 'Empty for an id that is not known' }),
  }),
});

export const queryExplanationType = builder.objectRef<QueryExplanation>('QueryExplanation').implement({
  description: 'How a query is read',
  fields: (t) => ({
    canonical: t.exposeString('canonical', { description: 'What the query is kept as: ids in place of names' }),
    tree: t.expose('tree', { type: [nodeType] }),
    words: t.expose('words', { type: [wordsType], description: 'What words are looked for as' }),
    leftOut: t.expose('left_out', { type: [omissionType], description: 'What is not looked for' }),
    names: t.expose('names', { type: [nameType], description: 'What names stand for' }),
  }),
});
