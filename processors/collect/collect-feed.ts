import { createHash } from 'node:crypto';
import { canonicalizeUrl, hostKey } from '../../domain/canonical-url.ts';
import { articleId, derivedId } from '../../domain/identity.ts';
import type { CollectRequest, FeedEntry, FeedStatus } from '../../schemas/types.ts';
import { emit, type Outcome, type Output, type StageContext } from '../../streams/stage.ts';
import type { Collected } from './connector.ts';
import { connectorNamed } from './connectors.ts';
import type { FeedParser } from './feed/feed-parser.ts';
import type { EntryMark, FeedMemory } from './feed-memory.ts';
import { parsedConfig } from './parsed-config.ts';
import type { PoliteClient } from './polite-client.ts';
import { type SourceProblem, sourceProblemOf } from './source-problem.ts';

export interface CollectFeedPorts {
  readonly client: PoliteClient;
  readonly parser: Pick<FeedParser, 'parse'>;
  readonly memory: FeedMemory;
}

/** Fetches a feed, and asks for the page of each entry that is new or has changed. Always says how it went. */
export async function collectFeed(
  request: CollectRequest,
  { client, parser, memory }: CollectFeedPorts,
  context: StageContext,
): Promise<Outcome<'collect-request' | 'feed-status'>> {
  const startedMs = context.now();
  const { feed_id, url } = request;
  const validators = await memory.validators(feed_id, url);
  const statusOf = (parts: Partial<FeedStatus>): Output<'feed-status'> => {
    const checkedMs = context.now();
    const durationMs = Math.max(0, Math.round(checkedMs - startedMs));
    const value = { ...unknownStatus, feed_id, checked_at: checkedMs, duration_ms: durationMs, ...parts };
    return { topic: 'feed-status', key: feed_id, value };
  };

  let collected: Collected;
  try {
    collected = await connectorNamed(request.connector).collect(
      {
        url,
        validators,
        get: (address, options) => client.get(address, options, context),
        parse: (document) => parser.parse(document, context.now()),
      },
      parsedConfig(request.config),
    );
  } catch (error) {
    const problem = sourceProblemOf(error);
    context.log.info({ feed_id, url, code: problem.code, detail: problem.message }, 'a feed could not be collected');
    return emit([statusOf(failure(problem))]);
  }
  if (collected.kind === 'not-modified') {
    return emit([statusOf({ outcome: 'not_modified', http_status: collected.status })]);
  }

  const { feed, status } = collected;
  const marked = feed.entries.map((entry) => ({ entry, mark: entryMark(entry, request.visibility) }));
  const marks = marked.map(({ mark }) => mark);
  const unseen = await memory.unseen(feed_id, marks);
  const fresh = marked.filter(({ mark }) => unseen.has(mark));
  for (const warning of feed.warnings) context.log.debug({ feed_id, url, warning }, 'a feed has oddities');
  const outputs = [
    ...fresh.map(({ entry, mark }) => pageRequest(entry, mark, request, context.now())),
    statusOf({
      outcome: 'collected',
      http_status: status,
      title: feed.title,
      site_url: feed.site_url,
      entry_count: feed.entries.length,
      new_entry_count: fresh.length,
    }),
  ];
  return emit(outputs, () => memory.remember(feed_id, url, collected.validators, marks));
}

const unknownStatus: FeedStatus = {
  feed_id: '',
  checked_at: 0,
  outcome: 'failed',
  http_status: null,
  error_code: null,
  error_detail: null,
  title: null,
  site_url: null,
  entry_count: 0,
  new_entry_count: 0,
  duration_ms: 0,
  moved_to: null,
  fresh_seconds: null,
  retry_after_seconds: null,
  newest_at: null,
  warnings: [],
};

function failure(problem: SourceProblem): Partial<FeedStatus> {
  return {
    outcome: 'failed',
    http_status: problem.httpStatus,
    error_code: problem.code,
    error_detail: problem.message,
  };
}

function pageRequest(
  entry: FeedEntry,
  mark: EntryMark,
  request: CollectRequest,
  nowMs: number,
): Output<'collect-request'> {
  const value: CollectRequest = {
    request_id: derivedId(request.feed_id, mark.articleId, mark.hash),
    kind: 'page',
    reason: 'entry',
    feed_id: request.feed_id,
    connector: request.connector,
    config: request.config,
    url: entry.url,
    visibility: request.visibility,
    requested_at: nowMs,
    entry,
    // Whoever lists an entry need not be the one who serves it: credentials are for the source's own address.
    credentials: null,
  };
  return { topic: 'collect-request', key: hostKey(entry.url), value };
}

/**
 * Identifiers and dates of publication are left out of the hash: there are feeds that make new ones at each request, and
 * every fetch would collect everything again.
 */
function entryMark(entry: FeedEntry, visibility: string): EntryMark {
  const { title, summary_html, content_html, updated_at } = entry;
  const content = JSON.stringify([title, summary_html, content_html, updated_at]);
  return {
    articleId: articleId(visibility, canonicalizeUrl(entry.url) ?? entry.url),
    hash: createHash('sha256').update(content).digest('base64url').slice(0, 22),
  };
}
