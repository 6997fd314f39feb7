import { fileURLToPath } from 'node:url';
import { inStep, type Progress } from '../../infra/local/progress.ts';
import type { Config } from '../../streams/config.ts';
import { createLogger } from '../../streams/logger.ts';
import { openSourceBook } from '../source-book.ts';
import { readOpml } from '../read-opml.ts';

const starterFile = fileURLToPath(new URL('./starter.opml', import.meta.url));

export interface LoadedSources {
  readonly total: number;
  readonly created: number;
  /** `starter`, the place of the imported list, or null where nothing was loaded. */
  readonly from: string | null;
  readonly invalid: readonly { readonly url: string; readonly reason: string }[];
}

/**
 * Follows the feeds of the list that was asked for. Where nothing is followed yet and nothing was asked for, the
 * starter list is loaded, unless the person declined it.
 */
export async function loadFirstSources(
  config: Config,
  options: { readonly starter: boolean; readonly import?: string },
  progress: Progress,
): Promise<LoadedSources> {
  await using book = openSourceBook(config, createLogger('warn', { process: 'up' }));
  const before = await book.sources.count();
  const asked = options.import;
  const from = asked ?? (before === 0 && options.starter ? 'starter' : null);
  if (from === null) return { total: before, created: 0, from, invalid: [] };
  return await inStep(
    progress,
    asked === undefined ? 'loaded the starter list of feeds' : `imported ${asked}`,
    async () => {
      const text = await readOpml(asked ?? starterFile, config);
      const { created, invalid } = await book.sources.importOpml(text);
      return { total: await book.sources.count(), created, from, invalid };
    },
  );
}
