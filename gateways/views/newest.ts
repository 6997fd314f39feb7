/** What a run of messages of one key comes to. */
export interface Change<V> {
  /** Of the last deletion within the run, as `tombstoneVersion` says; null where there was none. */
  readonly deleted: number | null;
  /** The newest value after the last deletion; undefined where there is none. */
  readonly value: V | undefined;
}

/**
 * Versions are times in microseconds, and a tombstone carries none: it ends what was made before its record, so that a
 * repeat of it does not end what came after.
 *
 * @param timestampMs of the record, milliseconds since 1970
 */
export const tombstoneVersion = (timestampMs: number): number => timestampMs * 1000 + 999;

/**
 * Folds messages into one change a key, so that a store is written once a key and a batch. Of several values the one
 * with the greatest version stays; a tombstone ends all that came before it.
 *
 * @param messages of one topic, in order within each key
 */
export function newestByKey<V>(
  messages: readonly { readonly key: string; readonly value: V | null; readonly timestampMs: number }[],
  versionOf: (value: V) => number,
): ReadonlyMap<string, Change<V>> {
  const changes = new Map<string, Change<V>>();
  for (const { key, value, timestampMs } of messages) {
    const before = changes.get(key);
    if (value === null) {
      changes.set(key, { deleted: tombstoneVersion(timestampMs), value: undefined });
    } else if (before?.value === undefined || versionOf(value) > versionOf(before.value)) {
      changes.set(key, { deleted: before?.deleted ?? null, value });
    }
  }
  return changes;
}

export function deletedKeys(changes: ReadonlyMap<string, Change<unknown>>): readonly string[] {
  return [...changes].filter(([, change]) => change.deleted !== null).map(([key]) => key);
}

/** In the order of their keys, so that writers that overlap take their locks in one order. */
export function newestValues<V>(changes: ReadonlyMap<string, Change<V>>): readonly V[] {
  return [...changes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { value }]) => (value === undefined ? [] : [value]));
}

/** The messages of one topic among those of several. */
export function ofTopic<M extends { readonly topic: string }, T extends M['topic']>(
  messages: readonly M[],
  topic: T,
): readonly Extract<M, { readonly topic: T }>[] {
  return messages.filter((message): message is Extract<M, { readonly topic: T }> => message.topic === topic);
}
