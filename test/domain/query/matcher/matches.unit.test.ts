import { describe, expect, test } from 'vitest';
import { matches } from '../../../../domain/query/matcher/matches.ts';
import { parseQuery } from '../../../../domain/query/parse.ts';
import {
  documentOf,
  feedIds,
  makeArticle,
  type MadeArticle,
  model,
  now,
  organizationIds,
  sourceIds,
} from '../made/articles.ts';

const nothing: MadeArticle = {
  ...makeArticle(1, () => 0.999),
  title: '',
  summary: null,
  text: '',
  language: null,
  authors: [],
  tags: [],
  keywords: [],
  entities: [],
  quality: [],
  sentiment: null,
  categories: null,
  storyId: null,
  vector: null,
  isCopy: false,
  organizations: [],
};

const question = {
  organizationId: organizationIds[0] ?? '',
  nearVectors: new Map([
    ['the sea', { model, values: [1, 0] }],
    ['elsewhere', { model: 'another model', values: [1, 0] }],
  ]),
};

const selects = (query: string, article: Partial<MadeArticle>): boolean =>
  matches(parseQuery(query), documentOf({ ...nothing, ...article }), now, question);

const english = {
  language: 'en',
  title: 'Ministers agree on the budget',
  summary: 'A deal after long nights',
  text: 'The minister said that banks were running. Running costs fell.',
};
const own = { topicIds: [], relevance: null, marks: null };

describe('what a query selects', () => {
  test.each<readonly [query: string, article: Partial<MadeArticle>, isSelected: boolean]>([
    ['banking', english, true],
    ['run', english, true],
    ['bank', { ...english, language: 'xx' }, false],
    ['BANKS', { ...english, language: 'de' }, true],
    ['budget minister', english, true],
    ['budget -minister', english, false],
    ['budget -football', english, true],
    ['-football', {}, true],
    ['football OR banks', english, true],
    ['title:banks', english, false],
    ['text:banks', english, true],
    ['summary:deal', english, true],
    ['"agree on the budget"', english, true],
    ['"agree on budget"', english, false],
    ['"the budget a deal"', english, false],
    ['"long nights the minister"', english, false],
    ['"running running"', english, true],
    ['text:"agree on"', english, false],
    ['e-mail', { text: 'Send an e-mail' }, true],
    ['e-mail', { text: 'mail e' }, false],
    ['Zurich', { text: 'ZÜRICH', language: 'de' }, true],
    ['人民', { text: '中国人民', language: 'zh' }, true],
    ['国民', { text: '中国人民', language: 'zh' }, false],
    ['中国人民', { text: '中国 人民', language: 'zh' }, false],
    ['language:en', english, true],
    ['-language:en', {}, true],
    [`source:${sourceIds[0]?.[0]}`, { feeds: feedIds.slice(0, 1), organizations: [own, own] }, true],
    [`source:${sourceIds[1]?.[0]}`, { feeds: feedIds.slice(0, 1), organizations: [own, own] }, false],
    ['author:"smith jane"', { authors: ['Smith, Jane'] }, true],
    ['author:jane author:doe', { authors: ['Jane Smith', 'John Doe'] }, true],
    ['author:"jane doe"', { authors: ['Jane Smith', 'John Doe'] }, false],
    ['tag:"SEA LEVEL"', { tags: ['Sea-level'] }, true],
    ['tag:sea', { tags: ['Sea-level'] }, false],
    ['tag:own', { organizations: [{ ...own, marks: { tags: ['own'], priority: 'high', isDropped: false } }] }, true],
    [
      'tag:own',
      { organizations: [own, { ...own, marks: { tags: ['own'], priority: 'high', isDropped: false } }] },
      false,
    ],
    ['priority:high', { organizations: [{ ...own, marks: { tags: [], priority: 'high', isDropped: true } }] }, true],
    ['priority:normal', {}, true],
    ['priority:>=normal', {}, true],
    ['is:dropped', { organizations: [{ ...own, marks: { tags: [], priority: 'high', isDropped: true } }] }, true],
    ['is:original', {}, true],
    ['is:copy', { isCopy: true }, true],
    ['sentiment:negative', { sentiment: { label: 'negative', score: -0.5 } }, true],
    ['sentiment:<0', { sentiment: { label: 'negative', score: -0.5 } }, true],
    ['sentiment:<0', {}, false],
    ['-sentiment:<0', {}, true],
    ['relevance:>0', { organizations: [{ ...own, relevance: 0.5 }] }, true],
    ['relevance:>0', { organizations: [own, { ...own, relevance: 0.5 }] }, false],
    ['words:10', { wordCount: 10 }, true],
    ['words:>10', { wordCount: 10 }, false],
    ['words:1..9', { wordCount: 10 }, false],
    ['published:>=-1d', { publishedAt: now - 86_400_000 }, true],
    ['published:>-1d', { publishedAt: now - 86_400_000 }, false],
    ['near:"the sea"@0.6', { vector: [0.6, 0.8] }, true],
    ['near:"the sea"@0.61', { vector: [0.6, 0.8] }, false],
    ['near:"the sea"@0.1', {}, false],
    ['-near:"the sea"@0.1', {}, true],
    ['near:elsewhere@0.1', { vector: [1, 0] }, false],
    ['near:"the sea"@0.1', { vector: [1, 0, 0] }, false],
  ])('%s of %j: %s', (query, article, isSelected) => {
    expect(selects(query, article)).toBe(isSelected);
  });
});
