import type { Candidate } from '../processors/collect/discover/candidate.ts';
import { type DiscoveryTrial, trialDiscovery } from '../processors/trials/try-discovery.ts';
import { openTrialTools } from '../processors/trials/trial-tools.ts';
import type { Config } from '../streams/config.ts';
import { InputError } from '../streams/errors.ts';
import { createLogger } from '../streams/logger.ts';
import { table } from './table.ts';

const boundMs = 60_000;

/** Looks for ways to follow the site of an address; stores nothing. */
export async function discoverSource(url: string, config: Config): Promise<DiscoveryTrial> {
  if (URL.parse(url)?.protocol.startsWith('http') !== true) {
    throw new InputError(`${url} is no http or https address`);
  }
  await using tools = openTrialTools(config, createLogger('silent'));
  return await trialDiscovery(url, tools, AbortSignal.timeout(boundMs));
}

/** For people. */
export function drawDiscovery({ title, candidates, error_detail, url }: DiscoveryTrial): string {
  if (error_detail !== null) return `✗ ${error_detail}`;
  if (candidates.length === 0) {
    return `✗ ${title ?? url} has nothing that can be followed: no feed, no sitemap with news, no list of headlines`;
  }
  const rows = candidates.map((each) => [
    each.type,
    String(each.item_count),
    each.newest_at === null ? 'no date' : new Date(each.newest_at).toISOString().slice(0, 16).replace('T', ' '),
    each.found,
    (each.title ?? '').slice(0, 60),
    each.url,
  ]);
  const [best] = candidates;
  return [
    table(['TYPE', 'ENTRIES', 'NEWEST', 'FOUND BY', 'TITLE', 'ADDRESS'], rows),
    '',
    `\`npx mimir source add ${best?.url ?? url}${best === undefined ? '' : typeOption(best)}\` follows the first.`,
  ].join('\n');
}

function typeOption({ type }: Candidate): string {
  return type === 'sitemap' || type === 'html' ? ` --type ${type}` : '';
}
