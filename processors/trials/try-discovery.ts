import { discoverFeeds, type Discovery } from '../collect/discover/discover-feeds.ts';
import { sourceProblemOf } from '../collect/source-problem.ts';
import { timedClient, type TrialTools, waitingUntil } from './trial-tools.ts';

export type DiscoveryTrial = Discovery & {
  /** Why the address could not be had, in words; null where it could. */
  readonly error_detail: string | null;
};

/**
 * Looks for ways to follow a site. A fault of the site is part of the answer.
 *
 * @throws the signal's reason, once it is aborted
 */
export async function trialDiscovery(url: string, tools: TrialTools, signal: AbortSignal): Promise<DiscoveryTrial> {
  const { parser, reader, http } = tools;
  const client = timedClient(http, { robots_ms: 0, fetch_ms: 0 });
  try {
    return { ...(await discoverFeeds(url, { client, parser, reader }, waitingUntil(signal))), error_detail: null };
  } catch (error) {
    return { url, title: null, candidates: [], error_detail: sourceProblemOf(error).message };
  }
}
