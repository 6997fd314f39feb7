import { passFailPoint } from '../../streams/fail-points.ts';
import type { TopicName } from '../../streams/topics.ts';
import { TopicReader } from './rebuild-reader.ts';
import type { RebuildProgress, RebuildRuntime } from './rebuild-target.ts';
import { lockRebuild } from './rebuild-lock.ts';
import { rebuildableView } from './views.ts';

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

/** What is left to read when the live view is made to wait: a moment's work. */
const fewRecords = 200;
const catchUps = 20;

/**
 * Makes a view anew from the topics' beginning, beside the live one, and then puts it in its place. Readers see the old
 * one until then and the whole new one from then on; the live view's process goes on writing and is not restarted: it
 * waits for the moment of the switch, in which what came last is read. So there is nothing to be mended afterwards, and
 * a rebuild that is killed leaves the old view as it was or the new one complete.
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
  const { view, openRebuild } = rebuildableView(name);
  const reader = await TopicReader.open(runtime, view.inputs, onProgress);
  const report = (): RebuildReport => ({
    view: view.name,
    dryRun,
    topics: reader.held,
    read: reader.read,
    skipped: reader.skipped,
  });
  if (dryRun) return report();

  await using _lock = await lockRebuild(runtime, view.name);
  await using target = await openRebuild(runtime);
  let missed = await reader.pass('filling', target);
  for (let times = 0; missed > fewRecords && times < catchUps; times += 1) {
    missed = await reader.pass('catching-up', target);
  }
  passFailPoint('rebuild-filled', view.name);
  await target.activate(
    async () => void (await reader.pass('catching-up', target)),
    () => onProgress({ phase: 'waiting', topic: null, read: reader.read, total: reader.read }),
  );
  passFailPoint('rebuild-activated', view.name);
  return report();
}
