import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { dedupHandler } from '../../../processors/dedup/dedup.ts';
import { type ReadOwnOutput, rebuild } from '../../../processors/dedup/rebuild.ts';
import { openDedupState } from '../../../processors/dedup/state.ts';
import type { Article, ArticleDuplicate } from '../../../schemas/types.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Outcome, Output, StageContext } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { message } from './articles.ts';
import { type LinkRecord, windowDays } from './expected-links.ts';

type Out = 'article-unique' | 'article-duplicate';
const log = pino({ level: 'silent' });
const context: StageContext = {
  now: () => Date.now(),
  sleep: () => Promise.resolve(),
  log,
  signal: new AbortController().signal,
};

/**
 * The stage on the real Redis, under a key prefix of its own, with its outputs in a list that stands for the broker.
 */
export function openLedger(options: { readonly maxMembers?: number; readonly maxNear?: number } = {}) {
  const redis = connectRedis(engines().redisUrl, log);
  const prefix = `test-dedup-${randomUUID()}:`;
  const written: Output<Out>[] = [];
  const read: ReadOwnOutput = async (topic, onRecords) => {
    const records = written.filter((output) => output.topic === topic);
    await onRecords(records as never);
  };
  let rebuilds = 0;
  let knownSinceMs = 0;
  /** One more instance of the stage, as another process would have it. */
  const instance = () => {
    const state = openDedupState(redis, { windowDays, prefix, ...options });
    return dedupHandler(state, async () => {
      rebuilds += 1;
      await rebuild(state, read, knownSinceMs, log);
    });
  };
  const handler = instance();

  const forget = async (sinceMs = 0) => {
    knownSinceMs = sinceMs;
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(...keys);
  };
  /** As if so much time had passed. */
  const pass = async (ms: number) => {
    const keys = await redis.keys(`${prefix}*`);
    const left = await Promise.all(keys.map((key) => redis.pttl(key)));
    await Promise.all(
      keys.flatMap((key, at) => ((left[at] ?? -1) < 0 ? [] : [redis.pexpire(key, (left[at] ?? 0) - ms)])),
    );
  };
  onTestFinished(async () => {
    await forget();
    redis.disconnect();
  });

  const ledger = {
    redis,
    prefix,
    written,
    instance,
    rebuilds: () => rebuilds,
    /** Empties the stage's part of Redis. What was fetched before is then no longer read. */
    forget,
    pass,
    process: (given: Article | { readonly gone: string }, by = handler): Promise<Outcome<Out>> => {
      if (by.kind !== 'each') throw new Error('the stage takes messages one by one');
      const [key, value] = 'gone' in given ? [given.gone, null] : [given.article_id, given];
      return by.process(message(key, value), context);
    },
    /** As the runner does: produces, then tells the stage. */
    finish: async (outcome: Outcome<Out>) => {
      if (outcome.kind !== 'emit') return;
      written.push(...outcome.outputs);
      await outcome.onAcknowledged?.();
    },
    take: async (...given: readonly (Article | { readonly gone: string })[]) => {
      for (const one of given) await ledger.finish(await ledger.process(one));
    },
    /** The latest version of each article that was passed on. */
    articles: () => latest('article-unique', (value) => (value as Article).version) as Map<string, Article>,
    /** What a view of the links would hold: original by copy, as urls. */
    links: (): Record<string, string> =>
      Object.fromEntries(Object.entries(ledger.records()).map(([url, { original }]) => [url, original])),
    /** The same with reason and score. */
    records: (): Record<string, LinkRecord> => {
      const links = latest('article-duplicate', (value) => (value as ArticleDuplicate).version);
      const urls = new Map([...ledger.articles()].map(([id, { url }]) => [id, url]));
      return Object.fromEntries(
        [...links].flatMap(([id, value]) => {
          const { original_id: original, reason, score } = value as ArticleDuplicate;
          return original === null
            ? []
            : [[urls.get(id) ?? id, { original: urls.get(original) ?? original, reason, score }]];
        }),
      );
    },
    /** What is left of the links once the topic is compacted: the last record of each article. */
    compactedLinks: (): Record<string, string> => {
      const last = new Map(written.filter(({ topic }) => topic === 'article-duplicate').map((o) => [o.key, o]));
      const before = written.splice(0);
      written.push(...before.filter((o) => o.topic === 'article-unique'), ...last.values());
      try {
        return ledger.links();
      } finally {
        written.splice(0, written.length, ...before);
      }
    },
  };
  return ledger;

  function latest(topic: Out, versionOf: (value: unknown) => number): Map<string, unknown> {
    const view = new Map<string, unknown>();
    for (const { topic: of, key, value } of written) {
      if (of !== topic) continue;
      const held = view.get(key);
      if (value === null) view.delete(key);
      else if (held === undefined || versionOf(value) > versionOf(held)) view.set(key, value);
    }
    return view;
  }
}
