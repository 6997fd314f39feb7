import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { ArticleStory } from '../../schemas/types.ts';
import { redisCall } from '../../streams/redis.ts';
import { pack } from './packed-story.ts';
import { method, type Story } from './story-state.ts';

/** What has changed since this process looked last. */
export interface Entered {
  readonly kind: 'entered';
  readonly epoch: string;
  /** Number of the last change that is told. */
  readonly upTo: number;
  /** More is to be fetched before anything can be judged; then the following fields are empty. */
  readonly more: boolean;
  /** Packed; null for what has expired since. */
  readonly stories: readonly (readonly [id: string, packed: string | null])[];
  readonly gone: readonly string[];
  /** What is remembered of the articles asked for, in their order. */
  readonly articles: readonly (ArticleStory | null)[];
  /** Stories whose latest version may not have been written; null for one that is gone. */
  readonly owed: readonly (readonly [id: string, version: number | null])[];
  /** The greatest version of all articles judged. */
  readonly newest: number;
  /** Stories that people have merged, and into which; undefined where nothing was added. */
  readonly merges: ReadonlyMap<string, string> | undefined;
}

/** Decisions made under the lock. */
export interface Decided {
  /** A story, or the id of one that is gone. */
  readonly stories: readonly (Story | string)[];
  readonly articles: readonly (readonly [id: string, assignment: ArticleStory | null])[];
  readonly merges: Readonly<Record<string, string>>;
  readonly newest: number;
}

/** A step of a rebuild. */
export interface Loaded extends Partial<Omit<Decided, 'stories'>> {
  /** With the Unix time in milliseconds of the change. */
  readonly stories?: readonly (readonly [story: Story | string, changedAtMs: number])[];
  readonly done?: boolean;
}

export interface Written {
  readonly id: string;
  readonly version: number;
  readonly gone: boolean;
}

/**
 * The stage's memory in Redis: stories that can still grow, and to which story each article was given. It is a cache,
 * built again from the stage's own outputs when its marker is missing. Every method throws TransientError where Redis
 * is away.
 */
export interface StoryMemory {
  isReady(): Promise<boolean>;
  enter(request: {
    readonly token: string;
    readonly epoch: string;
    readonly after: number;
    readonly articles: readonly string[];
    readonly merges: number;
  }): Promise<Entered | { readonly kind: 'unprepared' | 'busy' | 'outdated' }>;
  /** @returns null where the lock was lost: nothing was written; else what the next changes follow on, and what had to leave the memory */
  commit(
    token: string,
    epoch: string,
    decided: Decided,
  ): Promise<{ readonly upTo: number; readonly gone: readonly string[] } | null>;
  acknowledge(written: readonly Written[]): Promise<void>;
  /** Takes the lock of the rebuild. */
  beginRebuild(token: string): Promise<'begun' | 'busy' | 'ready'>;
  /** @returns false where the lock was lost */
  load(token: string, step: Loaded): Promise<boolean>;
}

export interface StoryMemoryOptions {
  /** An article's story is remembered for so long. */
  readonly memoryDays: number;
  readonly windowDays: number;
  readonly maxStories: number;
}

const script = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
const shared = script('common');
const commands = { storyEnter: 'enter', storyCommit: 'commit', storyAcknowledge: 'acknowledge', storyLoad: 'load' };
type Scripts = { readonly [C in keyof typeof commands]: (request: string) => Promise<unknown> };

/** A process that died holds up the others for so long. */
const lockMs = 15_000;
const dayMs = 86_400_000;

/** Stories told in one answer: about a megabyte. */
const step = 200;
const goneKept = 50_000;

/** What was decided so long ago and was never acknowledged belongs to a process that died. */
const owedMs = 60_000;

/** Raised when the keys change: the memory is then rebuilt from the topics, as it is for another judgement. */
const layout = 2;

/**
 * Stories by their size. Each list keeps those that changed last; what a list does not need of its share the others use.
 * Of ten times as many articles there are ten times fewer stories, so they stay ten times as long: most articles stay
 * alone, and what hundreds tell goes on for days.
 */
const lists = [
  { name: 'single', articles: 1, share: 3, room: 1 },
  { name: 'few', articles: 2, share: 1, room: 1 },
  { name: 'many', articles: 10, share: 1, room: 1 },
  { name: 'most', articles: 100, share: 1, room: 1 },
];

/** What a merged story still is takes a tenth of a story's room. It is there as long as the one that it leads to. */
const mergedList = { name: 'merged', share: 1, room: 0.1 };

function listOf({ mergedInto, articleCount, byHand }: Story): string {
  if (mergedInto !== null) return mergedList.name;
  // What a person has split off may be a single article, and has to be found by those that follow.
  const articles = byHand ? Math.max(2, articleCount) : articleCount;
  return lists.findLast((list) => articles >= list.articles)?.name ?? 'single';
}

export function openStoryMemory(redis: Redis, options: StoryMemoryOptions): StoryMemory {
  for (const [command, file] of Object.entries(commands)) {
    redis.defineCommand(command, { numberOfKeys: 0, lua: `${shared}\n${script(file)}` });
  }
  const scripts = redis as unknown as Scripts;
  const own = `story:${layout}:${method}:`;
  const keptMs = Math.max(2 * options.windowDays, options.memoryDays) * dayMs;
  const common = {
    prefix: `${redis.options.keyPrefix ?? ''}${own}`,
    lock_ms: lockMs,
    step,
    gone_kept: goneKept,
    owed_ms: owedMs,
    lists: [
      // Beyond the window a story only waits for articles that come late.
      ...lists.map((list) => ({ ...list, ttl_ms: 2 * options.windowDays * dayMs })),
      { ...mergedList, ttl_ms: keptMs },
    ],
    blob_ttl_ms: keptMs,
    article_ttl_ms: options.memoryDays * dayMs,
    max_stories: options.maxStories,
  };
  const run = (command: keyof Scripts, request: object) =>
    redisCall(() => scripts[command](JSON.stringify({ ...common, ...request })));
  const isReady = async () => (await redisCall(() => redis.exists(`${own}ready`))) === 1;

  return {
    isReady,
    async enter({ after, ...request }) {
      const reply = (await run('storyEnter', { after: String(after), ...request })) as readonly unknown[];
      if (reply[0] !== 'entered') return { kind: reply[0] as 'unprepared' | 'busy' | 'outdated' };
      return enteredOf(reply);
    },
    async commit(token, epoch, decided) {
      const reply = (await run('storyCommit', {
        token,
        epoch,
        stories: decided.stories.map(luaStory),
        ...luaDecided(decided),
      })) as readonly unknown[];
      return reply[0] === 'committed' ? { upTo: Number(reply[1]), gone: reply[2] as readonly string[] } : null;
    },
    async acknowledge(written) {
      await run('storyAcknowledge', {
        stories: written.map(({ id, version, gone }) => ({ id, version: String(version), gone })),
      });
    },
    async beginRebuild(token) {
      const key = `${own}rebuilding`;
      if ((await redisCall(() => redis.set(key, token, 'PX', lockMs, 'NX'))) !== 'OK') return 'busy';
      if (!(await isReady())) return 'begun';
      await redisCall(() => redis.del(key));
      return 'ready';
    },
    async load(token, { stories: changes = [], done = false, ...decided }) {
      const stories = changes.map(([story, changedAtMs]) => ({ ...luaStory(story), changed_at: changedAtMs }));
      return (await run('storyLoad', { token, done, stories, ...luaDecided(decided) })) === 'loaded';
    },
  };
}

/** As the scripts read them. */
const luaStory = (story: Story | string) =>
  typeof story === 'string'
    ? { id: story }
    : {
        id: story.id,
        blob: pack(story),
        version: String(story.version),
        list: listOf(story),
      };
const luaDecided = ({ articles = [], merges = {}, newest }: Partial<Omit<Decided, 'stories'>>) => ({
  articles: articles.map(([id, value]) => (value === null ? { id } : { id, value: JSON.stringify(value) })),
  merges,
  ...(newest === undefined ? {} : { newest: String(newest) }),
});

type Pair = readonly [string, string | null];

function enteredOf([
  ,
  epoch,
  upTo,
  more,
  stories,
  gone,
  articles = [],
  owed = [],
  newest,
  merges = [],
]: readonly unknown[]): Entered {
  const flat = merges as readonly string[];
  const pairs = flat.flatMap((from, at): [string, string][] => (at % 2 === 0 ? [[from, flat[at + 1] ?? '']] : []));
  return {
    kind: 'entered',
    epoch: String(epoch),
    upTo: Number(upTo),
    more: more === 1,
    stories: stories as readonly Pair[],
    gone: gone as readonly string[],
    articles: (articles as readonly (string | null)[]).map((text) =>
      text === null ? null : (JSON.parse(text) as ArticleStory),
    ),
    owed: (owed as readonly Pair[]).map(([id, version]) => [id, version === 'gone' ? null : Number(version)]),
    newest: Number(newest ?? 0),
    merges: pairs.length === 0 ? undefined : new Map(pairs),
  };
}

export const newToken = (): string => randomUUID();
