import type { Bound, Clause, Range, Value } from './ast.ts';
import { printQuery } from './print.ts';
import { rangeLimits } from './fields.ts';

/**
 * A clause in words.
 *
 * @param names of topics and sources by their ids
 */
export function describeClause(clause: Clause, names: ReadonlyMap<string, string> = new Map()): string {
  switch (clause.kind) {
    case 'word':
      return `${places[clause.where]} the word ${clause.word}, in any of its forms`;
    case 'phrase':
      return `${places[clause.where]} the words "${clause.phrase}" one after the other, in any of their forms`;
    case 'value':
      return describeValue(clause, names);
    case 'range':
      return describeRange(clause);
    default:
      return `is about the same as "${clause.text}": a similarity of ${clause.minScore} at least`;
  }
}

const places = {
  anywhere: 'has, in title, summary or text,',
  title: 'has in the title',
  summary: 'has in the summary',
  text: 'has in the text',
} as const;

function describeValue({ field, value }: Value, names: ReadonlyMap<string, string>): string {
  if (field === 'is')
    return `is ${value === 'dropped' ? 'dropped by a rule' : value === 'copy' ? 'a copy' : 'no copy'}`;
  const shown = names.get(value) ?? value;
  return `${values[field]} ${shown}`;
}

const values: { readonly [F in Exclude<Value['field'], 'is'>]: string } = {
  language: 'is in the language',
  source: 'is listed by the source',
  feed: 'is listed by the feed',
  site: 'is of the site',
  author: 'is by an author whose name has',
  tag: 'has the tag',
  keyword: 'has the keyword',
  entity: 'names the entity',
  category: 'is about the category',
  topic: 'belongs to the topic',
  story: 'belongs to the story',
  sentiment: 'has a sentiment that is',
  quality: 'has the quality flag',
  priority: 'has the priority',
};

function describeRange(range: Range): string {
  const { field, from, to } = range;
  const bounds = [
    ...(from === null ? [] : [`${from.inclusive ? 'at least' : 'more than'} ${boundText(range, from)}`]),
    ...(to === null ? [] : [`${to.inclusive ? 'at most' : 'less than'} ${boundText(range, to)}`]),
  ];
  const times = [
    ...(from === null ? [] : [`${from.inclusive ? 'from' : 'after'} ${boundText(range, from)}`]),
    ...(to === null ? [] : [`${to.inclusive ? 'up to' : 'before'} ${boundText(range, to)}`]),
  ];
  return rangeLimits[field] === null
    ? `was ${field} ${times.join(' and ')}`
    : `has ${numbers[field] ?? field} of ${bounds.join(' and ')}`;
}

const numbers: Partial<Record<Range['field'], string>> = {
  sentiment: 'a sentiment',
  relevance: 'a relevance',
  words: 'a number of words',
  priority: 'a priority',
};

function boundText({ field, span }: Range, bound: Bound): string {
  if (!bound.relative) return rangeLimits[field] === null ? new Date(bound.value).toISOString() : String(bound.value);
  const text = printQuery({ kind: 'range', field, from: bound, to: null, span });
  return `${text.slice(text.indexOf(':') + 1).replace(/^>=?/u, '')} from now`;
}
