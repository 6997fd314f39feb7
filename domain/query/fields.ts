import { newsTopicIds } from '../news-topics.ts';
import { priorities } from '../priority.ts';
import { type RangeField, rangeFields, type ValueField, valueFields, type Where } from './ast.ts';

/** Words within a part of the article. */
export const wordFields = ['title', 'summary', 'text'] as const satisfies readonly Where[];
export type WordField = (typeof wordFields)[number];

export type Field = WordField | ValueField | RangeField | 'near';

export const fields: readonly Field[] = [...new Set([...wordFields, ...valueFields, ...rangeFields, 'near' as const])];

export const isWordField = (field: Field): field is WordField => (wordFields as readonly Field[]).includes(field);
export const isValueField = (field: Field): field is ValueField => (valueFields as readonly Field[]).includes(field);
export const isRangeField = (field: Field): field is RangeField => (rangeFields as readonly Field[]).includes(field);

/** Fields that know a few values only. */
export const closedValues: { readonly [F in ValueField]?: readonly string[] } = {
  category: newsTopicIds,
  sentiment: ['negative', 'neutral', 'positive'],
  is: ['copy', 'original', 'dropped'],
  priority: priorities,
};

/** What other fields' values look like. */
export const valueForms: { readonly [F in ValueField]?: { readonly form: RegExp; readonly says: string } } = {
  language: { form: /^[a-z]{2,3}$/, says: 'a language as in ISO 639-1, for example en' },
  feed: { form: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, says: 'the id of a feed' },
  story: { form: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, says: 'the id of a story' },
  quality: { form: /^[a-z][a-z_]*$/, says: 'a flag such as paywall_stub' },
};

/** Numbers that a range field knows; null for times. */
export const rangeLimits: { readonly [F in RangeField]: { readonly least: number; readonly most: number } | null } = {
  published: null,
  collected: null,
  sentiment: { least: -1, most: 1 },
  relevance: { least: 0, most: 1 },
  words: { least: 0, most: 1_000_000_000 },
  priority: { least: -1, most: 2 },
};

/** The field that was probably meant; null where none is near. */
export function nearestField(name: string): Field | null {
  const near = fields.filter((field) => isOneEditAway(name, field) || (name.length >= 3 && field.startsWith(name)));
  return near[0] ?? null;
}

/** Whether one letter more, less, other or two exchanged make one of the other. */
function isOneEditAway(one: string, other: string): boolean {
  let begins = 0;
  while (begins < one.length && one[begins] === other[begins]) begins += 1;
  const [a, b] = [one.slice(begins), other.slice(begins)];
  const isExchanged = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return a.slice(1) === b.slice(1) || a === b.slice(1) || a.slice(1) === b || isExchanged;
}
