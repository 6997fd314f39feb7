import type { Credentials } from '../../domain/credentials.ts';
import { type EntryMark, entryMark } from '../../domain/entry-mark.ts';
import { derivedId } from '../../domain/identity.ts';
import { pageRequestKey } from '../../domain/request-key.ts';
import { NotOpened, type Sealer } from '../../domain/sealed.ts';
import { openCredentials } from '../../domain/sealed-credentials.ts';
import type { CollectRequest, FeedEntry, FeedStatus } from '../../schemas/types.ts';
import { emit, type Outcome, type Output, type StageContext } from '../../streams/stage.ts';
import type { Collected } from './connector.ts';
import { connectorNamed } from './connectors.ts';
import type { DocumentReader } from './documents/document-reader.ts';
import type { FeedParser } from './feed/feed-parser.ts';
import type { FeedMemory } from './feed-memory.ts';
import { watchedGet } from './watched-get.ts';
import { parsedConfig } from './parsed-config.ts';
import type { PoliteClient } from './polite-client.ts';
import { SourceProblem, sourceProblemOf } from './source-problem.ts';

export interface CollectFeedPorts {
  readonly client: PoliteClient;
  readonly parser: Pick<FeedParser, 'parse'>;
  readonly reader: Pick<DocumentReader, 'list' | 'sitemap'>;
  readonly memory: FeedMemory;
  /** Opens what a request carries sealed. */
  readonly sealer: Pick<Sealer, 'open'>;
}

/** Fetches a feed, and asks for the page of each entry that is new or has changed. Always says how it went. */
export async function collectFeed(
  request: CollectRequest,
  { client, parser, reader, memory, sealer }: CollectFeedPorts,
  context: StageContext,
): Promise<Outcome<'collect-request-page' | 'feed-status'>> {
  const startedMs = context.now();
  const { feed_id, url } = request;
  const validators = await memory.validators(feed_id, url);
  const watched = watchedGet(client, context, request.delay_ms);
  const statusOf = (parts: Partial<FeedStatus>): Output<'feed-status'> => {
    const checkedMs = context.now();
    const durationMs = Math.max(0, Math.round(checkedMs - startedMs - watched.waitedMs()));
    const value = {
      ...unknownStatus,
      feed_id,
      checked_at: checkedMs,
      duration_ms: durationMs,
      ...watched.seen(),
      ...parts,
    };
    return { topic: 'feed-status', key: feed_id, value };
  };

  let collected: Collected;
  try {
    collected = await connectorNamed(request.connector).collect(
      {
        url,
        validators,
        credentials: credentialsOf(request, sealer),
        nowMs: context.now(),
        get: watched.get,
        parse: (document) => parser.parse(document, context.now()),
        read: reader,
      },
      parsedConfig(request.config),
    );
  } catch (error) {
    const problem = sourceProblemOf(error);
    context.log.info({ feed_id, url, code: problem.code, detail: problem.message }, 'a feed could not be collected');
    return emit([statusOf(failure(problem))]);
  }
  const troubles = await client.troubles(url);
  if (collected.kind === 'not-modified') {
    const warnings = [...watched.warnings(), ...troubles];
    const status = statusOf({ outcome: 'not_modified', http_status: collected.status, warnings });
    return emit([status], () => memory.prolong(feed_id));
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
      fresh_seconds: greaterOf(feed.freshSeconds, watched.seen().fresh_seconds),
      ...datesOf(feed.entries, context.now()),
      warnings: [...watched.warnings(), ...troubles, ...feed.warnings].slice(0, maxWarnings),
    }),
  ];
  return emit(outputs, () => memory.remember(feed_id, url, collected.validators, marks));
}

const maxWarnings = 20;

function greaterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Dates to come say nothing of when the feed changed. */
function datesOf(entries: readonly FeedEntry[], nowMs: number): Pick<FeedStatus, 'newest_at' | 'oldest_at'> {
  const dates = entries.map(({ published_at, updated_at }) => Math.max(published_at ?? 0, updated_at ?? 0));
  const past = dates.filter((date) => date > 0 && date <= nowMs);
  if (past.length === 0) return { newest_at: null, oldest_at: null };
  return { newest_at: Math.max(...past), oldest_at: Math.min(...past) };
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
  oldest_at: null,
  warnings: [],
};

/** @throws SourceProblem credentials-sealed */
function credentialsOf({ credentials, visibility }: CollectRequest, sealer: Pick<Sealer, 'open'>): Credentials | null {
  if (credentials === null) return null;
  try {
    return openCredentials(sealer, credentials, visibility);
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    throw new SourceProblem('credentials-sealed', `the source's credentials cannot be opened: ${error.message}`);
  }
}

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
): Output<'collect-request-page'> {
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
    delay_ms: request.delay_ms,
  };
  return { topic: 'collect-request-page', key: pageRequestKey(entry.url, mark.articleId), value };
}
