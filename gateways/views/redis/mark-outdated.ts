import type { Redis } from 'ioredis';
import type { Message } from '../../../streams/stage.ts';
import { type Change, newestByKey, ofTopic } from '../newest.ts';
import { type ArticleWrite, markArticles } from './article-cache.ts';

/**
 * Marks the cached copies of what these messages change as outdated at their new versions. Done before the change is
 * seen in Postgres: from then on readers ask Postgres, so that none who saw the new row meets the old copy afterwards,
 * whatever becomes of this process.
 *
 * @throws TransientError where Redis is away or full
 */
export async function markOutdated(redis: Redis, messages: readonly Message[]): Promise<void> {
  const articles = newestByKey(ofTopic(messages, 'article-enriched'), (value) => value.version);
  const duplicates = newestByKey(ofTopic(messages, 'article-duplicate'), (value) => value.version);
  await markArticles(redis, [...marksOf('article', articles), ...marksOf('duplicate', duplicates)]);
}

function marksOf(
  part: ArticleWrite['part'],
  changes: ReadonlyMap<string, Change<{ readonly version: number }>>,
): readonly Omit<ArticleWrite, 'value'>[] {
  return [...changes].map(([id, { deleted, value }]) => ({
    part,
    id,
    version: Math.max(deleted ?? 0, value?.version ?? 0),
  }));
}
