import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { TransientError, UndecodableError } from '../../streams/errors.ts';
import { decodeMessage } from '../../streams/runner/message.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { TopicValues } from '../../streams/topics.ts';
import { factsOf } from './facts.ts';
import type { DedupState, LoadedArticle, LoadedLink, RebuildStep } from './state.ts';

type OwnOutput = 'article-unique' | 'article-duplicate';

export interface OwnRecord<T extends OwnOutput> {
  readonly key: string;
  /** Null for a tombstone. */
  readonly value: TopicValues[T] | null;
}

/** Reads one of the stage's own outputs from its beginning to its end. */
export type ReadOwnOutput = <T extends OwnOutput>(
  topic: T,
  onRecords: (records: readonly OwnRecord<T>[]) => Promise<void>,
) => Promise<void>;

/** Records that one script call takes in: Redis does nothing else meanwhile. */
const recordsPerStep = 200;
const recordsPerLogLine = 10_000;

/**
 * Builds the state from the stage's own outputs. Redis may have been flushed, or it is the first start.
 *
 * @param sinceMs Unix time in milliseconds; what is older would have expired, but for originals of later copies
 * @throws TransientError where another process is at it, or Redis or Kafka is away
 */
export async function rebuild(
  state: DedupState,
  read: ReadOwnOutput,
  sinceMs: number,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const token = randomUUID();
  const beginning = await state.beginRebuild(token);
  if (beginning === 'ready') return;
  if (beginning === 'busy') {
    if (await state.isReady()) return;
    throw new TransientError('another process rebuilds the state of dedup');
  }
  log.info('dedup has no state in redis and rebuilds it from its own outputs');
  const load = async (step: RebuildStep): Promise<void> => {
    for (let rest = step; ;) {
      const again = await state.load(token, rest);
      if (again === null) throw new TransientError('another process took over the rebuild of dedup');
      if (again.length === 0) return;
      rest = { articles: (step.articles ?? []).filter(({ id }) => again.includes(id)) };
    }
  };

  let [records, known] = [0, 0];
  const count = (added: number): void => {
    const before = records;
    records += added;
    const isLineDue = Math.floor(records / recordsPerLogLine) > Math.floor(before / recordsPerLogLine);
    if (isLineDue) log.info({ records }, 'dedup rebuilds its state');
  };

  // Links first: they tell which originals are known still, though they are older.
  await read('article-duplicate', async (batch) => {
    const links = batch.filter(({ value }) => value === null || value.version >= sinceMs * 1_000).map(loadedLink);
    for (const part of parts(links)) await load({ links: part });
    count(batch.length);
  });
  const isOld = ({ value }: OwnRecord<'article-unique'>): boolean => value !== null && value.fetched_at < sinceMs;
  await read('article-unique', async (batch) => {
    const originals = await state.originalsAmong(batch.filter(isOld).map(({ key }) => key));
    const articles = batch.filter((record) => !isOld(record) || originals.has(record.key)).map(loadedArticle);
    for (const part of parts(articles)) await load({ articles: part });
    known += articles.length;
    count(batch.length);
  });
  // Read once more: the ids of a whole window need not fit into memory.
  await read('article-unique', async (batch) => {
    const ids = batch.filter((record) => !isOld(record)).map(({ key }) => ({ id: key }));
    for (const part of parts(ids)) await load({ check: part.map(({ id }) => id) });
    count(batch.length);
  });
  await load({ done: true });
  log.info({ records, articles: known }, 'dedup has its state again');
}

function loadedArticle({ key, value }: OwnRecord<'article-unique'>): LoadedArticle {
  if (value === null) return { id: key };
  const seen = { contentHash: value.content_hash, version: value.version, feedIds: value.feed_ids };
  return { id: key, facts: factsOf(value), seen };
}

function loadedLink({ key, value }: OwnRecord<'article-duplicate'>): LoadedLink {
  if (value === null) return { id: key };
  const { original_id: originalId, reason, score, version } = value;
  return { id: key, originalId, reason, score, version };
}

/** The stage's own outputs on the broker. What cannot be decoded is passed over: a view could not read it either. */
export function ownOutputs({ kafka, codec, log }: Pick<Runtime, 'kafka' | 'codec' | 'log'>): ReadOwnOutput {
  return (topic, onRecords) =>
    kafka.readToEnd(topic, async (records) => {
      const decoded = await Promise.all(
        records.map(async (record) => {
          const { partition, offset } = record;
          try {
            // As the runner reads: what every other reader gives up must be nobody's original here.
            const { key, value } = await decodeMessage(codec, record);
            return [{ key, value: value as TopicValues[typeof topic] | null }];
          } catch (error) {
            if (!(error instanceof UndecodableError)) throw error;
            log.warn({ err: error, topic, partition, offset: String(offset) }, 'a record of dedup cannot be decoded');
            return [];
          }
        }),
      );
      await onRecords(decoded.flat());
    });
}

/** In the order given, and no article twice in a part: the later record may undo what the part was prepared for. */
function* parts<T extends { readonly id: string }>(items: readonly T[]): Generator<readonly T[]> {
  let part = new Map<string, T>();
  for (const item of items) {
    if (part.size >= recordsPerStep || part.has(item.id)) {
      yield [...part.values()];
      part = new Map();
    }
    part.set(item.id, item);
  }
  if (part.size > 0) yield [...part.values()];
}
