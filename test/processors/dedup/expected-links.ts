import { articleId } from '../../../domain/identity.ts';
import { factsOf } from '../../../processors/dedup/facts.ts';
import type { Article } from '../../../schemas/types.ts';

/**
 * The links that the rules in processors/dedup/facts.ts give, worked out the slow way from all articles at once:
 * what the stage must arrive at, whatever the order of arrival.
 *
 * @returns the url of the original by the url of each copy
 */
export function expectedLinks(articles: readonly Article[]): Record<string, string> {
  const entries = articles.map((one) => ({ id: one.article_id, url: one.url, facts: factsOf(one) }));
  type Entry = (typeof entries)[number];
  const first = (candidates: readonly Entry[], rank: 'textRank' | 'declaredRank') =>
    candidates.toSorted((a, b) => a.facts[rank] - b.facts[rank] || (a.id < b.id ? -1 : 1))[0];

  const declared = (one: Entry) =>
    entries.find(
      (other) =>
        other.id === one.facts.claims &&
        other.facts.claims === '' &&
        ((one.facts.title !== '' && one.facts.title === other.facts.title) ||
          (one.facts.text !== '' && one.facts.text === other.facts.text)),
    );
  const declaring = (one: Entry) =>
    first(
      entries.filter(
        (other) =>
          one.facts.claims !== '' &&
          one.facts.title !== '' &&
          other.facts.claims === one.facts.claims &&
          other.facts.title === one.facts.title &&
          declared(other) === undefined,
      ),
      'declaredRank',
    );
  const followed = (one: Entry) => declared(one) ?? (declaring(one) === one ? undefined : declaring(one));
  const firstOfText = (one: Entry) =>
    first(
      entries.filter(
        (other) => one.facts.text !== '' && other.facts.text === one.facts.text && followed(other) === undefined,
      ),
      'textRank',
    ) ?? one;

  const links: Record<string, string> = {};
  for (const one of entries) {
    const original = firstOfText(followed(one) ?? one);
    if (original.id !== one.id) links[one.url] = original.url;
  }
  return links;
}

export const idOf = (url: string) => articleId('public', url);
