import type { Bound, Clause, Query, RangeField, Span, ValueField, Where } from '../../../../domain/query/ast.ts';
import { newsTopicIds } from '../../../../domain/news-topics.ts';
import { priorities } from '../../../../domain/priority.ts';
import {
  authors,
  entities,
  feedIds,
  keywords,
  type MadeArticle,
  now,
  pick,
  qualities,
  type Random,
  sentiments,
  sourceIds,
  storyIds,
  tags,
  topicIds,
  words,
} from './articles.ts';

const nowhere: Span = { start: 0, end: 0 };
const day = 86_400_000;
export const nearTexts = ['rates of interest', 'the sea', 'football'];

/**
 * A query of any kind, groups and negations in each other. Its words are those of the articles or of the same list; half
 * of its phrases stand in an article, some over the border of two parts.
 */
export function makeQuery(articles: readonly MadeArticle[], random: Random, depth = 4): Query {
  if (depth === 0 || random() < 0.35) return makeClause(articles, random);
  const kind = random();
  if (kind < 0.25) return { kind: 'not', clause: makeQuery(articles, random, depth - 1), span: nowhere };
  const count = 2 + Math.floor(random() * 2);
  const group = kind < 0.65 ? 'and' : 'or';
  const clauses = Array.from({ length: count }, () => makeQuery(articles, random, depth - 1)).flatMap((clause) =>
    clause.kind === group ? clause.clauses : [clause],
  );
  return { kind: group, clauses, span: nowhere };
}

const wheres: readonly Where[] = ['anywhere', 'anywhere', 'anywhere', 'title', 'summary', 'text'];

function makeClause(articles: readonly MadeArticle[], random: Random): Clause {
  const kind = random();
  if (kind < 0.35) return { kind: 'word', word: wordOf(random), where: pick(wheres, random), span: nowhere };
  if (kind < 0.6)
    return { kind: 'phrase', phrase: phraseOf(articles, random), where: pick(wheres, random), span: nowhere };
  if (kind < 0.8) return valueOf(random);
  if (kind < 0.93) return rangeOf(random);
  return { kind: 'near', text: pick(nearTexts, random), minScore: pick([0.25, 0.5, 0.75, 1], random), span: nowhere };
}

/** One that the grammar takes for a word. */
function wordOf(random: Random): string {
  for (;;) {
    const word = pick(words, random);
    if (!/^(?:-|AND$|OR$|NOT$)|[\s:()"“”„]/u.test(word)) return word;
  }
}

function phraseOf(articles: readonly MadeArticle[], random: Random): string {
  if (random() < 0.3) return Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(words, random)).join(' ');
  const { title, summary, text } = pick(articles, random);
  const source = pick([title, text, text, `${title} ${summary ?? ''}`, `${summary ?? ''} ${text}`], random);
  const parts = source.split(/\s+/u);
  const from = Math.floor(random() * parts.length);
  const phrase = parts.slice(from, from + 1 + Math.floor(random() * 3)).join(' ');
  return phrase.trim() === '' ? pick(words, random) : phrase;
}

const valuesOf: { readonly [F in ValueField]: readonly string[] } = {
  language: ['en', 'de', 'ja', 'no', 'xx', 'sv'],
  source: sourceIds.flat(),
  feed: feedIds,
  site: ['bbc.co.uk', 'www.bbc.co.uk', 'BBC news', 'news.example', 'blog.news.example', 'elsewhere.example'],
  author: [...authors, 'smith', 'jane SMITH', 'lena muller', 'Smith Jane Doe'],
  tag: [...tags, 'SEA LEVEL', 'level', 'opnv'],
  keyword: [...keywords, 'resume', 'sea'],
  entity: [...entities, 'Zürich', 'AT&T', 'nobody'],
  category: newsTopicIds,
  topic: topicIds.flat(),
  story: storyIds,
  sentiment: sentiments,
  quality: [...qualities, 'other'],
  is: ['copy', 'original', 'dropped'],
  priority: priorities,
};

function valueOf(random: Random): Clause {
  const field = pick(Object.keys(valuesOf) as ValueField[], random);
  return { kind: 'value', field, value: pick(valuesOf[field], random), span: nowhere };
}

function rangeOf(random: Random): Clause {
  const field = pick(Object.keys(boundsOf) as RangeField[], random);
  const bound = (): Bound => ({ ...pick(boundsOf[field], random), inclusive: random() < 0.5 });
  const [one, two] = [bound(), bound()];
  const kind = random();
  if (kind < 0.4) return { kind: 'range', field, from: one, to: null, span: nowhere };
  if (kind < 0.8) return { kind: 'range', field, from: null, to: one, span: nowhere };
  // The grammar refuses a range that ends before it begins.
  if (one.relative !== two.relative || one.value >= two.value) {
    return { kind: 'range', field, from: { ...one, inclusive: true }, to: { ...one, inclusive: true }, span: nowhere };
  }
  return { kind: 'range', field, from: one, to: two, span: nowhere };
}

const times = [
  ...[-9, -5, -3, -1, 0].map((days) => ({ value: days * day, relative: true })),
  ...[-7, -4, -2].map((days) => ({ value: now + days * day, relative: false })),
  ...[-5, -2].map((hours) => ({ value: (hours * day) / 24, relative: true })),
];
const numbers = (...values: readonly number[]) => values.map((value) => ({ value, relative: false }));
const boundsOf: { readonly [F in RangeField]: readonly Omit<Bound, 'inclusive'>[] } = {
  published: times,
  collected: times,
  sentiment: numbers(-1, -0.5, 0, 0.25, 1),
  relevance: numbers(0, 0.25, 0.5, 1),
  words: numbers(0, 1, 10, 99),
  priority: numbers(-1, 0, 1, 2),
};
