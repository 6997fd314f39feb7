import type { QueryExplanation } from '../gateways/services/query/explanation.ts';
import type { SearchHit, SearchPage } from '../gateways/services/search/search.ts';
import { table } from './table.ts';
import { plain } from './watch-output.ts';

const maxTitle = 80;
const maxSite = 24;

/** What was found, for people: a row each, and its address below. */
export function drawHits({ items, mode, degraded }: Pick<SearchPage, 'items' | 'mode' | 'degraded'>): string {
  const notes = degraded === null ? [] : [`Searched by ${mode}: ${degraded}`];
  if (items.length === 0) return [...notes, 'Nothing was found.'].join('\n');
  const hits = items.map(({ item }) => item);
  const drawn = table(['', 'PUBLISHED', 'SITE', 'TITLE', 'FOUND BY'], hits.map(row)).split('\n');
  const [head = '', ...rows] = drawn;
  const indent = ' '.repeat(String(hits.length).length + 2);
  const lines = rows.flatMap((line, at) => [line, `${indent}${plain(hits[at]?.article.url ?? '')}`]);
  return [...notes, head, ...lines].join('\n');
}

function row({ article, ranks, match }: SearchHit, at: number): readonly (string | number)[] {
  const { published_at: publishedAt, site_name: siteName, title } = article;
  const by = [
    ...(match === null ? [] : [match.replace('_', ' ')]),
    ...(ranks.semantic === null ? [] : [`meaning, place ${ranks.semantic}`]),
  ];
  const published = publishedAt.slice(0, 16).replace('T', ' ');
  return [at + 1, published, shortened(siteName ?? '', maxSite), shortened(title, maxTitle), by.join('; ')];
}

function shortened(text: string, most: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

const reasons = { 'stop-word': 'a word that nearly every text has', 'no-words': 'no letter or digit' } as const;

/** How a query was read, for people. */
export function drawExplanation({ canonical, tree, words, left_out: leftOut, names }: QueryExplanation): string {
  return [
    `Read as  ${plain(canonical)}`,
    ...tree.map(({ depth, says }) => `${'  '.repeat(depth + 1)}${plain(says)}`),
    ...words.map(({ text, lexemes }) => `Looks for  ${plain(text)}: ${lexemes.map(shownLexemes).join(' then ')}`),
    ...leftOut.map(({ text, reason }) => `Leaves out  ${plain(text)}: ${reasons[reason]}`),
    ...names.map(({ field, written, id, name }) => `${field} ${plain(written)} is ${id} ${plain(name)}`.trimEnd()),
  ].join('\n');
}

const mostLexemes = 6;

function shownLexemes(lexemes: readonly string[]): string {
  const more = lexemes.length - mostLexemes;
  return more > 0 ? `${lexemes.slice(0, mostLexemes).join(' ')} and ${more} more` : lexemes.join(' ');
}
