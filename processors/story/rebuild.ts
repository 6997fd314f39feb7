import type { Logger } from 'pino';
import type { ArticleStory } from '../../schemas/types.ts';
import { TransientError, UndecodableError } from '../../streams/errors.ts';
import { decodeMessage } from '../../streams/runner/message.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { Message } from '../../streams/stage.ts';
import type { TopicName } from '../../streams/topics.ts';
import { newToken, type StoryMemory } from './memory.ts';
import { byPerson, method, storyOf } from './story-state.ts';

/** Reads a topic from its beginning to its end. */
export type ReadTopic = <T extends TopicName>(
  topic: T,
  onMessages: (messages: readonly Message<T>[]) => Promise<void>,
) => Promise<void>;

/** Records that one script call takes in: Redis does nothing else meanwhile. */
const storiesPerStep = 50;
const articlesPerStep = 500;

export interface RebuildLimits {
  /** Unix times in milliseconds: what was written before would have expired. */
  readonly storiesSinceMs: number;
  readonly articlesSinceMs: number;
}

/**
 * Builds the memory from the stage's own outputs, and from what people have decided. Redis may have been flushed, the
 * method may be another, or it is the first start.
 *
 * @throws TransientError where another process is at it, or Redis or Kafka is away
 */
export async function rebuild(
  memory: StoryMemory,
  read: ReadTopic,
  { storiesSinceMs, articlesSinceMs }: RebuildLimits,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const token = newToken();
  const beginning = await memory.beginRebuild(token);
  if (beginning === 'ready') return;
  if (beginning === 'busy') {
    if (await memory.isReady()) return;
    throw new TransientError('another process rebuilds the memory of stories');
  }
  log.info('the stage story has no memory in redis and rebuilds it from its own outputs');
  const load = async (step: Parameters<StoryMemory['load']>[1]): Promise<void> => {
    if (!(await memory.load(token, step))) throw new TransientError('another process took over the rebuild of stories');
  };

  const versions = new Map<string, number>();
  let newest = 0;
  await read('story-update', async (messages) => {
    const stories = newestOf(messages, versions, storiesSinceMs).map(
      ({ key, value, timestampMs }) => [value === null ? key : storyOf(value), timestampMs] as const,
    );
    for (const part of parts(stories, storiesPerStep)) await load({ stories: part });
  });
  const storyCount = versions.size;
  versions.clear();
  await read('article-story', async (messages) => {
    const articles = newestOf(messages, versions, articlesSinceMs).map(({ key, value }) => [key, value] as const);
    for (const [, value] of articles) newest = Math.max(newest, value?.version ?? 0);
    for (const part of parts(articles, articlesPerStep)) await load({ articles: part });
  });
  await read('story-override', async (messages) => {
    const merges = messages.flatMap(({ value }) =>
      value?.kind === 'merge' ? [[value.story_id, value.into_story_id] as const] : [],
    );
    if (merges.length > 0) await load({ merges: Object.fromEntries(merges) });
  });
  await load({ newest, done: true });
  log.info({ stories: storyCount, articles: versions.size }, 'the stage story has its memory again');
}

/** Repeats step back to older versions, and another method's judgements are none of this one's. */
function newestOf<V extends Pick<ArticleStory, 'version' | 'method'>>(
  messages: readonly Change<V>[],
  versions: Map<string, number>,
  sinceMs: number,
): readonly Change<V>[] {
  return messages.filter(({ key, value, timestampMs }) => {
    if (timestampMs < sinceMs) return false;
    if (value === null) return versions.delete(key);
    if (!isOurs(value) || value.version < (versions.get(key) ?? 0)) return false;
    versions.set(key, value.version);
    return true;
  });
}

interface Change<V> {
  readonly key: string;
  readonly value: V | null;
  readonly timestampMs: number;
}

const isOurs = (value: Pick<ArticleStory, 'method'>) => value.method === method || value.method === byPerson;

/** Topics on the broker. What cannot be decoded is passed over: a view could not read it either. */
export function topicsOf({ kafka, codec, log }: Pick<Runtime, 'kafka' | 'codec' | 'log'>): ReadTopic {
  return (topic, onMessages) =>
    kafka.readToEnd(topic, async (records) => {
      const decoded = await Promise.all(
        records.map(async (record) => {
          try {
            return [(await decodeMessage(codec, record)) as Message<typeof topic>];
          } catch (error) {
            if (!(error instanceof UndecodableError)) throw error;
            log.warn({ err: error, topic, offset: String(record.offset) }, 'a record of the stage story is unreadable');
            return [];
          }
        }),
      );
      await onMessages(decoded.flat());
    });
}

function* parts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
