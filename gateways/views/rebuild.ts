import { InputError } from '../../streams/errors.ts';
import type { TopicName } from '../../streams/topics.ts';
import { TopicReader } from './rebuild-reader.ts';
import type { RebuildProgress, RebuildRuntime } from './rebuild-target.ts';
import { rebuildableViews } from './views.ts';

export interface RebuildOptions {
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Tells what would be read, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface RebuildReport {
  readonly view: string;
  readonly dryRun: boolean;
  /** Records held by each topic when the rebuild began; compaction may have left fewer than the offsets say. */
  readonly topics: readonly { readonly topic: TopicName; readonly records: number }[];
  readonly read: number;
  /** Records that could not be decoded or stored: those that are dead letters of the live view. */
  readonly skipped: number;
}

/**
 * Makes a view anew from the topics' beginning, beside the live one, and then puts it in its place. Readers see the old
 * one until then and never an empty one; the live view's process goes on writing and is not restarted.
 *
 * The live view writes to the new generation from the moment of the switch, and what it wrote before the switch went to
 * the old one. So after the switch everything is read again that came since the first reading ended. The live view may
 * be ahead of that, which versions make harmless, save for deletions: one that is repeated late could remove what came
 * after it, and what is written late could come back after its deletion. Either is mended by reading once more what
 * came meanwhile, and writing only keys of which that is so; when there are none, the new view is settled.
 *
 * @param name as of the view; `view-` may be left out
 * @throws InputError for an unknown name, or where a rebuild of this view is under way
 * @throws TransientError where Kafka or the store is away for longer than some retries: the old view stays
 */
export async function rebuildView(
  name: string,
  runtime: RebuildRuntime,
  { onProgress = () => undefined, dryRun = false }: RebuildOptions = {},
): Promise<RebuildReport> {
  const found = rebuildableViews.find(({ view }) => view.name === name || view.name === `view-${name}`);
  if (found === undefined) {
    const names = rebuildableViews.map(({ view }) => view.name).join(', ');
    throw new InputError(`there is no view "${name}" to rebuild; there are ${names}`);
  }
  const { view, openRebuild } = found;
  const reader = await TopicReader.open(runtime, view.inputs, onProgress);
  const report = (): RebuildReport => ({
    view: view.name,
    dryRun,
    topics: reader.held,
    read: reader.read,
    skipped: reader.skipped,
  });
  if (dryRun) return report();

  const target = await openRebuild(runtime);
  try {
    await reader.pass('filling', target, () => true);
    await target.activate();
    let before = await reader.pass('settling', target, () => true);
    while (before.size > 0) {
      const known = before;
      before = await reader.pass(
        'settling',
        target,
        (key, tombstone, now) => known.has(key) && (tombstone || known.get(key) === 'deleted' || now.has(key)),
      );
    }
    await target.finish();
  } finally {
    await target[Symbol.asyncDispose]();
  }
  return report();
}
