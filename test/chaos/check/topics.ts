import { isDeepStrictEqual } from 'node:util';
import type { Article } from '../../../schemas/types.ts';
import { numberInTitle } from '../article-plan.ts';
import { type ArticleLine, hashOfText, lastOf, type Ledger } from '../ledger.ts';
import type { Event, TopicEvents } from './events.ts';
import type { Report } from './findings.ts';

export type ArticleTopic = 'article' | 'article-unique' | 'article-enriched' | 'article-embedded';

/** What every topic of articles tells of one. */
interface Told {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** Null where the topic does not carry it. */
  readonly textHash: string | null;
}

function toldOf(topic: ArticleTopic, { value }: Event<ArticleTopic>): Told | null {
  if (value === null) return null;
  if (topic === 'article-embedded') {
    return { id: value.article_id, version: value.version, title: (value as { title: string }).title, textHash: null };
  }
  const article = 'article' in value ? value.article : (value as Article);
  return {
    id: value.article_id,
    version: value.version,
    title: article.title,
    textHash: hashOfText(article.text),
  };
}

/**
 * Holds a topic against the ledger as a consumer of it would see the articles. Every version that was produced must
 * come, once; of what feeds served, the last.
 */
export function checkTopic<T extends ArticleTopic>(
  topic: T,
  read: TopicEvents<T>,
  { articles }: Pick<Ledger, 'articles'>,
  report: Report,
): void {
  for (const { first, repeat } of read.changed) {
    // Vectors of the same text differ in their last digits with the batch that they were made in.
    if (topic === 'article-embedded' && first.key === repeat.key) continue;
    // A page that is fetched again after a crash was fetched at another time.
    if (isFetched(topic, articles.get(first.key)) && isDeepStrictEqual(toldOf(topic, first), toldOf(topic, repeat)))
      continue;
    report('wrong-content', topic, first.key, `${repeat.place} repeats the event of ${first.place} with other bytes`);
  }
  const byKey = Map.groupBy(read.events as readonly Event<ArticleTopic>[], ({ key }) => key);
  for (const [id, versions] of articles) checkArticle(topic, id, versions, byKey.get(id) ?? [], report);
  for (const [key, events] of byKey) {
    if (!articles.has(key)) report('unseen', topic, key, `${events.length} events of an article that nobody made`);
  }
}

/** Whether the topic holds what a fetch gave, as often as it was done. */
function isFetched(topic: ArticleTopic, versions: readonly ArticleLine[] | undefined): boolean {
  return topic === 'article' && versions?.[0]?.via === 'feed';
}

function checkArticle(
  topic: ArticleTopic,
  id: string,
  versions: readonly ArticleLine[],
  events: readonly Event<ArticleTopic>[],
  report: Report,
): void {
  const times = new Map<number, number>();
  const eventOfVersion = new Map<number, Event<ArticleTopic>>();
  let greatest = 0;
  for (const event of events) {
    const told = toldOf(topic, event);
    if (told === null) {
      report('lost', topic, id, `${event.place} is a tombstone`);
      continue;
    }
    const number = numberInTitle(told.title);
    const line = versions.find((one) => one.number === number);
    if (told.id !== id) report('wrong-content', topic, id, `${event.place} says that it is ${told.id}`);
    else if (line === undefined || line.title !== told.title) {
      report('wrong-content', topic, id, `${event.place} has the title "${told.title}"`);
    } else {
      if (told.textHash !== null && told.textHash !== line.textHash) {
        report('wrong-content', topic, id, `${event.place} has another text than version ${line.number}`);
      }
      if (line.version !== null && Math.floor(told.version / 1_000) !== line.version / 1_000) {
        report('wrong-content', topic, id, `${event.place} has version ${told.version} of ${line.version}`);
      }
      times.set(line.number, (times.get(line.number) ?? 0) + 1);
    }
    const before = eventOfVersion.get(told.version);
    if (before !== undefined)
      report('duplicate', topic, id, `${before.place} and ${event.place} are version ${told.version}`);
    eventOfVersion.set(told.version, event);
    // Who fetched and then stood still tells of it late; dedup drops what is older.
    if (told.version < greatest && !isFetched(topic, versions))
      report('backwards', topic, id, `${event.place} is ${told.version} after ${greatest}`);
    greatest = Math.max(greatest, told.version);
  }
  const last = lastOf(versions);
  for (const line of versions) {
    const count = times.get(line.number) ?? 0;
    // What a feed showed for a moment need not have been fetched.
    if (count === 0 && (line.via === 'topic' || line === last)) report('lost', topic, id, `version ${line.number}`);
    // A fetch that is repeated after a crash is another event before dedup, and none behind it.
    if (count > 1 && !isFetched(topic, versions)) {
      report('duplicate', topic, id, `version ${line.number} came as ${count} events`);
    }
  }
}
