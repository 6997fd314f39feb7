import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';
import type { DuplicateReason } from '../../schemas/types.ts';
import type { Facts } from './facts.ts';
import type { Seen } from './seen.ts';

/** A decision that is to be written to article-duplicate. */
export interface Link {
  readonly articleId: string;
  /** Null: no longer a copy. Undefined: the article is gone, and its link with it. */
  readonly originalId: string | null | undefined;
  readonly reason: DuplicateReason;
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
export type LoadedLink =
  { readonly id: string; readonly originalId: string | null; readonly version: number } | { readonly id: string };

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
  /**
   * @returns false where the lock was lost
   */
  load(token: string, step: RebuildStep): Promise<boolean>;
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
}

/** How the scripts name the original of an article that is gone. */
const gone = 'gone';

/** A process that died in a rebuild holds up the others for so long. Each step prolongs it. */
const lockMs = 15_000;

const script = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
const shared = script('groups');
const commands = { dedupDecide: 'decide', dedupAcknowledge: 'acknowledge', dedupLoad: 'load' } as const;
type Scripts = { readonly [C in keyof typeof commands]: (request: string) => Promise<unknown> };

export function openDedupState(
  redis: Redis,
  { windowDays, prefix = 'dedup:', maxMembers = 1_000 }: DedupStateOptions,
): DedupState {
  for (const [command, file] of Object.entries(commands)) {
    redis.defineCommand(command, { numberOfKeys: 0, lua: `${shared}\n${script(file)}` });
  }
  const scripts = redis as unknown as Scripts;
  // The library puts its own prefix before keys that it knows of; the scripts make theirs themselves.
  const common = {
    prefix: `${redis.options.keyPrefix ?? ''}${prefix}`,
    ttl_ms: windowDays * 86_400_000,
    max_members: maxMembers,
  };
  const run = (command: keyof Scripts, request: object) =>
    redisCall(() => scripts[command](JSON.stringify({ ...common, ...request })));

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
      const reply = await run('dedupDecide', { id, ...(facts === null ? {} : { facts: luaFacts(facts) }) });
      const [state, epoch, links] = reply as
        ['unprepared'] | ['decided', string, [string, string, DuplicateReason, string][]];
      if (state === 'unprepared') return null;
      const decided = links.map(([articleId, originalId, reason, version]) => ({
        articleId,
        originalId: originalId === gone ? undefined : originalId || null,
        reason,
        version: Number(version),
      }));
      return { links: decided, epoch };
    },

    async acknowledge(id, passed, { links, epoch }) {
      const reply = await run('dedupAcknowledge', {
        id,
        epoch,
        ...(passed === null ? {} : { facts: luaFacts(passed.facts), seen: luaSeen(passed.seen) }),
        links: links.map((link) => luaLink({ id: link.articleId, ...link })),
      });
      return reply === 'acknowledged';
    },

    async beginRebuild(token) {
      const key = `${prefix}rebuilding`;
      if ((await redisCall(() => redis.set(key, token, 'PX', lockMs, 'NX'))) !== 'OK') return 'busy';
      // Loading old records into a state that lives already would bring back what is gone.
      if (!(await isReady())) return 'begun';
      await redisCall(() => redis.del(key));
      return 'ready';
    },

    async load(token, { articles = [], links = [], check = [], done = false }) {
      const reply = await run('dedupLoad', {
        token,
        lock_ms: lockMs,
        articles: articles.map((article) =>
          'facts' in article
            ? { id: article.id, facts: luaFacts(article.facts), seen: luaSeen(article.seen) }
            : { id: article.id },
        ),
        links: links.map((link) => ('version' in link ? luaLink(link) : { id: link.id })),
        check,
        done,
      });
      return reply === 'loaded';
    },
  };
}

// Numbers travel as text: Lua would write those beyond 14 digits with an exponent.
const luaFacts = (facts: Facts) => ({
  version: String(facts.version),
  text: facts.text,
  title: facts.title,
  claims: facts.claims,
  text_rank: String(facts.textRank),
  declared_rank: String(facts.declaredRank),
});
const luaSeen = (seen: Seen) => ({
  content_hash: seen.contentHash,
  version: String(seen.version),
  feed_ids: JSON.stringify(seen.feedIds),
});
const luaLink = (link: Pick<Link, 'originalId' | 'version'> & { readonly id: string }) => ({
  id: link.id,
  original: link.originalId === undefined ? gone : (link.originalId ?? ''),
  version: String(link.version),
});
