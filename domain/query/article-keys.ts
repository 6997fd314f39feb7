import { domainToUnicode } from 'node:url';
import { registrableDomain } from '../registrable-domain.ts';
import { foldWords } from '../analysis/tokens.ts';

/** Fields that are compared by keys: see `Value` of ast.ts. */
export const keyFields = ['site', 'author', 'tag', 'keyword'] as const;
export type KeyField = (typeof keyFields)[number];

/** What keys are made of; the columns of content.articles are named alike. */
export interface KeyedArticle {
  readonly url: string;
  readonly site_name: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly keywords: readonly { readonly term: string }[];
}

const mostAuthors = 50;
const mostNameWords = 8;
const mostValues = 200;
const maxKeyCharacters = 300;

/** Sorted, none twice: `site=bbc co uk`, `author=smith`, `author=jane smith`, `tag=climate`, `keyword=sea level`. */
export function articleKeys({ url, site_name, authors, tags, keywords }: KeyedArticle): readonly string[] {
  const keys = new Set<string>();
  for (const site of sitesOf(url, site_name)) keys.add(valueKey('site', site));
  for (const author of authors.slice(0, mostAuthors)) {
    for (const name of namesWithin(foldWords(author.slice(0, maxKeyCharacters)))) keys.add(keyOf('author', name));
  }
  for (const tag of tags.slice(0, mostValues)) keys.add(valueKey('tag', tag));
  for (const { term } of keywords.slice(0, mostValues)) keys.add(valueKey('keyword', term));
  return [...keys].toSorted();
}

/** The key that an article must have. Values without letters or digits, such as an emoji, are compared as they are. */
export function valueKey(field: KeyField, value: string): string {
  const words = foldWords(value.slice(0, maxKeyCharacters));
  return keyOf(field, words === '' ? value.normalize('NFKC').trim().slice(0, maxKeyCharacters).toWellFormed() : words);
}

const keyOf = (field: KeyField, folded: string): string => `${field}=${folded}`;

function sitesOf(url: string, siteName: string | null): readonly string[] {
  const sites = siteName === null ? [] : [siteName];
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === '') return sites;
  const hosts = [parsed.hostname, parsed.hostname.replace(/^www\./, ''), registrableDomain(url)];
  return [...sites, ...hosts, ...hosts.map((host) => domainToUnicode(host)).filter((host) => host !== '')];
}

/** Every run of words of a name. */
function namesWithin(name: string): readonly string[] {
  const words = name.split(' ').slice(0, mostNameWords);
  return words.flatMap((_, from) =>
    words.slice(from).map((__, length) => words.slice(from, from + length + 1).join(' ')),
  );
}
