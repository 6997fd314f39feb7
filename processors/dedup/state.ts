import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';
import type { DuplicateReason } from '../../schemas/types.ts';
import { type Facts, timeOf } from './facts.ts';
import { findNear, type Neighbours, type TextIndex, type TextToPlace } from './near/find.ts';
import { nearMethod } from './near/nearness.ts';
import type { Seen } from './seen.ts';

/** A decision that is to be written to article-duplicate. */
export interface Link {
  readonly articleId: string;
  /** Null: no longer a copy. Undefined: the article is gone, and its link with it. */
  readonly originalId: string | null | undefined;
  readonly reason: DuplicateReason;
  /** Similarity, 0 to 1. */
  readonly score: number;
  /** Microseconds since 1970, strictly growing with each call of `decide`. */
  readonly version: number;
}

export interface Decision {
  readonly links: readonly Link[];
  /** Names the state that it was made on: a rebuild gives another. */
  readonly epoch: string;
}

/** A record of the stage's own outputs, as the rebuild reads it. */
export type LoadedArticle =
  { readonly id: string; readonly facts: Facts; readonly seen: Seen } | { readonly id: string };
export type LoadedLink = LinkRecord | { readonly id: string };
type LinkRecord = Pick<Link, 'originalId' | 'reason' | 'score' | 'version'> & { readonly id: string };

/**
 * The stage's memory in Redis. It is a cache: `article-unique` and `article-duplicate` hold all of it, and it is built
 * again from them whenever its marker is missing. Every method throws TransientError where Redis is away.
 */
export interface DedupState {
  isReady(): Promise<boolean>;
  seen(articleId: string): Promise<Seen | null>;
  /**
   * Takes in what is now known of an article (null: it is gone) and answers with the links to be written. Calling it
   * again before `acknowledge` answers with the same decisions under newer versions.
   *
   * @returns null where the state must be rebuilt first
   */
  decide(articleId: string, facts: Facts | null): Promise<Decision | null>;
  /**
   * Called once the outputs are on the broker.
   *
   * @returns false where the state must be rebuilt first; a rebuild that is under way may have missed these outputs
   */
  acknowledge(articleId: string, passed: Passed | null, decision: Decision): Promise<boolean>;
  /** Takes the lock of the rebuild: `busy` where another process holds it, `ready` where another has just finished. */
  beginRebuild(token: string): Promise<'begun' | 'busy' | 'ready'>;
  /** @returns of these articles, those that are originals by the links that the rebuild has loaded */
  originalsAmong(articleIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * @returns the articles that are to be loaded again, with a further step; null where the lock was lost
   */
  load(token: string, step: RebuildStep): Promise<readonly string[] | null>;
}

export interface Passed {
  readonly facts: Facts;
  readonly seen: Seen;
}

export interface RebuildStep {
  readonly articles?: readonly LoadedArticle[];
  readonly links?: readonly LoadedLink[];
  /** Articles whose links are compared with what follows from the facts, once everything is loaded. */
  readonly check?: readonly string[];
  /** Marks the state as complete and gives back the lock. */
  readonly done?: boolean;
}

export interface DedupStateOptions {
  readonly windowDays: number;
  readonly prefix?: string;
  /** Members of a group that are tracked; newer copies beyond are linked once. */
  readonly maxMembers?: number;
  /** Near texts of a text that are tracked; newer ones beyond are linked once. */
  readonly maxNear?: number;
}

/** Texts that a bucket of near texts holds. A fuller one holds what is common to many and tells nothing. */
const maxBucket = 24;

/** Of those that share a bucket with a text, so many are compared with it. */
const maxCandidates = 32;

/** How the scripts name the original of an article that is gone. */
const gone = 'gone';

/** A process that died in a rebuild holds up the others for so long. Each step prolongs it. */
const lockMs = 15_000;

const script = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
const shared = ['groups', 'near', 'links'].map(script).join('\n');
const commands = {
  dedupPlace: 'place',
  dedupNeighbours: 'neighbours',
  dedupDecide: 'decide',
  dedupAcknowledge: 'acknowledge',
  dedupLoad: 'load',
} as const;
type Scripts = { readonly [C in keyof typeof commands]: (request: string) => Promise<unknown> };

/** Raised when the keys change: the state is then rebuilt from the topics, as it is for another judgement or window. */
const layout = 3;

const dayMs = 86_400_000;

/**
 * For how long an article is remembered after it was passed on: what is published within the window of another may be
 * collected somewhat later.
 */
export const memoryMs = (windowDays: number): number => (windowDays + 1) * dayMs;

export function openDedupState(
  redis: Redis,
  {
    windowDays,
    prefix = `dedup:${layout}:${nearMethod}:${windowDays}:`,
    maxMembers = 1_000,
    maxNear = 128,
  }: DedupStateOptions,
): DedupState {
  for (const [command, file] of Object.entries(commands)) {
    redis.defineCommand(command, { numberOfKeys: 0, lua: `${shared}\n${script(file)}` });
  }
  const scripts = redis as unknown as Scripts;
  const windowMs = windowDays * dayMs;
  // The library puts its own prefix before keys that it knows of; the scripts make theirs themselves.
  const common = {
    prefix: `${redis.options.keyPrefix ?? ''}${prefix}`,
    window_ms: windowMs,
    ttl_ms: memoryMs(windowDays),
    max_members: maxMembers,
    max_near: maxNear,
    max_bucket: maxBucket,
    max_candidates: maxCandidates,
  };
  const run = (command: keyof Scripts, request: object) =>
    redisCall(() => scripts[command](JSON.stringify({ ...common, ...request })));

  const textIndex = (token?: string): TextIndex => ({
    async place(texts) {
      const given = texts.map(({ text, at, sketch, bands }) => ({
        text,
        at: String(at),
        sketch,
        bands: bands.join(''),
      }));
      const [outcome, placed] = (await run('dedupPlace', { token, texts: given })) as ['placed', Placed] | ['lost'];
      return outcome === 'placed' ? placed : null;
    },
    neighbours: (near, known, at) =>
      run('dedupNeighbours', { near, known, at: String(at) }) as ReturnType<TextIndex['neighbours']>,
  });
  const textsToPlace = (all: readonly Facts[]): readonly TextToPlace[] =>
    all.flatMap((facts) =>
      facts.near === null ? [] : [{ text: facts.text, at: timeOf(facts, windowMs), ...facts.near }],
    );
  // Numbers travel as text: Lua would write those beyond 14 digits with an exponent.
  const luaFacts = (facts: Facts) => ({
    version: String(facts.version),
    text: facts.text,
    title: facts.title,
    claims: facts.claims,
    text_rank: String(facts.textRank),
    declared_rank: String(facts.declaredRank),
    at: String(timeOf(facts, windowMs)),
  });
  const nearOf = async (facts: Facts, token?: string): Promise<Neighbours | null | 'unprepared'> => {
    const found = await findNear(textIndex(token), textsToPlace([facts]));
    return found === null ? 'unprepared' : (found[0] ?? null);
  };

  const isReady = async () => (await redisCall(() => redis.exists(`${prefix}ready`))) === 1;

  return {
    isReady,

    async seen(id) {
      const key = `${prefix}seen:${id}`;
      const [contentHash, version, feedIds] = await redisCall(() =>
        redis.hmget(key, 'content_hash', 'version', 'feed_ids'),
      );
      if (contentHash === null || contentHash === undefined) return null;
      return { contentHash, version: Number(version), feedIds: JSON.parse(feedIds ?? '[]') as string[] };
    },

    async decide(id, facts) {
      for (;;) {
        const near = facts === null ? null : await nearOf(facts);
        if (near === 'unprepared') return null;
        const given = facts === null ? {} : { facts: luaFacts(facts), ...luaNear(near) };
        const reply = (await run('dedupDecide', { id, ...given })) as
          ['unprepared'] | ['again'] | ['decided', string, [string, string, DuplicateReason, string, string][]];
        if (reply[0] === 'again') continue;
        if (reply[0] === 'unprepared') return null;
        const [, epoch, links] = reply;
        const decided = links.map(([articleId, originalId, reason, version, score]) => ({
          articleId,
          originalId: originalId === gone ? undefined : originalId || null,
          reason,
          score: Number(score),
          version: Number(version),
        }));
        return { links: decided, epoch };
      }
    },

    async acknowledge(id, passed, { links, epoch }) {
      let near: Neighbours | null = null;
      for (;;) {
        const reply = await run('dedupAcknowledge', {
          id,
          epoch,
          ...(passed === null ? {} : { facts: luaFacts(passed.facts), seen: luaSeen(passed.seen), ...luaNear(near) }),
          findable: passed !== null && passed.facts.near !== null,
          links: links.map((link) => luaLink({ id: link.articleId, ...link })),
        });
        if (reply !== 'rebuilt' || passed === null) return reply === 'acknowledged';
        const found = await nearOf(passed.facts);
        if (found === 'unprepared') return false;
        near = found;
      }
    },

    async beginRebuild(token) {
      const key = `${prefix}rebuilding`;
      if ((await redisCall(() => redis.set(key, token, 'PX', lockMs, 'NX'))) !== 'OK') return 'busy';
      // Loading old records into a state that lives already would bring back what is gone.
      if (!(await isReady())) return 'begun';
      await redisCall(() => redis.del(key));
      return 'ready';
    },

    async originalsAmong(ids) {
      if (ids.length === 0) return new Set();
      const members = await redisCall(() => redis.smismember(`${prefix}originals`, [...ids]));
      return new Set(ids.filter((_id, at) => members[at] === 1));
    },

    async load(token, { articles = [], links = [], check = [], done = false }) {
      const findable = articles.flatMap((article) =>
        'facts' in article && article.facts.near !== null ? [article] : [],
      );
      const found = await findNear(textIndex(token), textsToPlace(findable.map(({ facts }) => facts)));
      if (found === null) return null;
      const near = new Map(findable.map(({ id }, at) => [id, found[at] ?? null]));
      const [outcome, again = []] = (await run('dedupLoad', {
        token,
        lock_ms: lockMs,
        articles: articles.map((article) =>
          'facts' in article
            ? {
                id: article.id,
                facts: luaFacts(article.facts),
                seen: luaSeen(article.seen),
                ...luaNear(near.get(article.id) ?? null),
              }
            : { id: article.id },
        ),
        links: links.map((link) => ('version' in link ? luaLink(link) : { id: link.id })),
        check,
        done,
      })) as ['loaded', string[]] | ['lost'];
      return outcome === 'loaded' ? again : null;
    },
  };
}

type Placed = Awaited<ReturnType<TextIndex['place']>>;

const luaSeen = (seen: Seen) => ({
  content_hash: seen.contentHash,
  version: String(seen.version),
  feed_ids: JSON.stringify(seen.feedIds),
});
const luaNear = (near: Neighbours | null) => (near === null ? {} : { near });
const luaLink = (link: LinkRecord) => ({
  id: link.id,
  original: link.originalId === undefined ? gone : (link.originalId ?? ''),
  version: String(link.version),
  why: link.originalId ? `${link.reason} ${link.score}` : '',
});
