import { connectorOfType, type SourceType } from '../gateways/services/source-input.ts';
import { type FeedTrial, tryFeed } from '../processors/collect/try-feed.ts';
import type { Config } from '../streams/config.ts';
import { createLogger } from '../streams/logger.ts';
import { table } from './table.ts';

/**
 * Shows what a feed would yield, and stores nothing.
 *
 * @returns whether the feed could be read
 */
export async function testSource(
  url: string,
  config: Config,
  options: { readonly type: SourceType; readonly config: unknown; readonly json?: true },
): Promise<boolean> {
  const connector = connectorOfType[options.type];
  const trial = await tryFeed(url, {
    config,
    log: createLogger('silent'),
    connector,
    connectorConfig: options.config,
  });
  console.log(options.json === true ? JSON.stringify(trial) : draw(trial));
  return trial.ok;
}

const shown = 10;

function draw(trial: FeedTrial): string {
  if (!trial.ok) return `✗ ${trial.error_detail ?? trial.error_code ?? 'it cannot be read'}`;
  const { title, entries, warnings, timings } = trial;
  const rows = entries
    .slice(0, shown)
    .map((entry) => [
      entry.published_at === null
        ? 'no date'
        : new Date(entry.published_at).toISOString().slice(0, 16).replace('T', ' '),
      entry.title.slice(0, 80) || '(no title)',
      entry.url,
    ]);
  return [
    `✓ ${title ?? 'A feed without a title'}: ${entries.length} entries, fetched in ${timings.fetch_ms} ms, parsed in ${timings.parse_ms} ms`,
    ...(rows.length === 0 ? [] : ['', table(['PUBLISHED', 'TITLE', 'ADDRESS'], rows)]),
    ...(entries.length > shown ? [`… and ${entries.length - shown} more`] : []),
    ...warnings.map((warning) => `! ${warning}`),
    '',
    `Nothing was stored. \`npx mimir source add ${trial.url}\` (with the same options) follows it.`,
  ].join('\n');
}
