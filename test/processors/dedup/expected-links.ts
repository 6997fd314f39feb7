import { articleId } from '../../../domain/identity.ts';
import { factsOf, timeOf } from '../../../processors/dedup/facts.ts';
import { nearness } from '../../../processors/dedup/near/nearness.ts';
import { sketchOf } from '../../../processors/dedup/near/sketch.ts';
import type { Article } from '../../../schemas/types.ts';

export interface LinkRecord {
  /** Its url. */
  readonly original: string;
  readonly reason: string;
  readonly score: number;
}

/**
 * The links that the rules in processors/dedup/facts.ts give, worked out the slow way from all articles at once:
 * what the stage must arrive at, whatever the order of arrival.
 *
 * @returns the url of the original by the url of each copy
 */
export function expectedLinks(articles: readonly Article[]): Record<string, string> {
  return Object.fromEntries(Object.entries(expectedRecords(articles)).map(([url, { original }]) => [url, original]));
}

/** Of the ledger's stage. */
export const windowDays = 30;
const windowMs = windowDays * 86_400_000;

/** The same with reason and score. */
export function expectedRecords(articles: readonly Article[]): Record<string, LinkRecord> {
  const entries = articles.map((one) => ({ id: one.article_id, url: one.url, facts: factsOf(one) }));
  type Entry = (typeof entries)[number];
  const isWithin = (a: Entry, b: Entry) => Math.abs(timeOf(a.facts, windowMs) - timeOf(b.facts, windowMs)) <= windowMs;
  /** Of those who may lead, the one whom an article follows: itself if it leads. */
  const leaderOf = (one: Entry, candidates: readonly Entry[], rank: 'textRank' | 'declaredRank') => {
    const leaders: Entry[] = [];
    for (const next of candidates.toSorted((a, b) => a.facts[rank] - b.facts[rank] || (a.id < b.id ? -1 : 1))) {
      if (!leaders.some((leader) => isWithin(leader, next))) leaders.push(next);
    }
    return leaders.find((leader) => leader === one || isWithin(leader, one));
  };

  const declared = (one: Entry) =>
    entries.find(
      (other) =>
        other.id === one.facts.claims &&
        other.facts.claims === '' &&
        isWithin(one, other) &&
        ((one.facts.title !== '' && one.facts.title === other.facts.title) ||
          (one.facts.text !== '' && one.facts.text === other.facts.text)),
    );
  const declaring = (one: Entry) =>
    leaderOf(
      one,
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
  const leaderOfText = (one: Entry, text: string) =>
    leaderOf(
      one,
      entries.filter((other) => text !== '' && other.facts.text === text && followed(other) === undefined),
      'textRank',
    );
  const firstOfText = (one: Entry) => leaderOfText(one, one.facts.text) ?? one;

  const heads = entries
    .filter((one) => followed(one) === undefined && firstOfText(one) === one)
    .toSorted((a, b) => a.facts.textRank - b.facts.textRank || (a.id < b.id ? -1 : 1));
  interface Near {
    readonly original: Entry;
    readonly score: number;
    readonly hops: number;
  }
  const nearOriginals = new Map<Entry, Near>();
  for (const [at, one] of heads.entries()) {
    const before = heads.slice(0, at).flatMap((other): (Near & { readonly isRoot: boolean })[] => {
      if (one.facts.near === null || other.facts.near === null) return [];
      if (leaderOfText(one, other.facts.text) !== other) return [];
      const score = nearness(sketchOf(one.facts.near.sketch), sketchOf(other.facts.near.sketch));
      const beyond = nearOriginals.get(other);
      if (score === null) return [];
      if (beyond === undefined) return [{ original: other, score, hops: 1, isRoot: true }];
      const { original, hops } = beyond;
      return hops > 1 ? [] : [{ original, score: Math.min(score, beyond.score), hops: 2, isRoot: false }];
    });
    const followedOne = before.find(({ isRoot }) => isRoot) ?? before[0];
    if (followedOne !== undefined) nearOriginals.set(one, followedOne);
  }

  const links: Record<string, LinkRecord> = {};
  for (const one of entries) {
    const leader = followed(one);
    const exact = firstOfText(leader ?? one);
    const near = nearOriginals.get(exact);
    if (near !== undefined) {
      links[one.url] = { original: near.original.url, reason: 'near_text', score: near.score };
    } else if (exact.id !== one.id) {
      links[one.url] = { original: exact.url, reason: leader === undefined ? 'same_text' : 'canonical_url', score: 1 };
    }
  }
  return links;
}

export const idOf = (url: string) => articleId('public', url);
