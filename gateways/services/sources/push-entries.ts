import { type Kysely, sql } from 'kysely';
import { canonicalizeUrl } from '../../../domain/canonical-url.ts';
import { settingsOfType } from '../../../domain/connectors.ts';
import { entryMark } from '../../../domain/entry-mark.ts';
import { derivedId } from '../../../domain/identity.ts';
import { pageRequestKey } from '../../../domain/request-key.ts';
import type { CollectRequest, FeedEntry, FeedStatus } from '../../../schemas/types.ts';
import type { Database } from '../../schema.ts';
import { Invalid } from '../faults.ts';
import { writeToOutbox } from '../outbox.ts';
import type { BoundedTrials, SentFeed } from './trials.ts';

/** What somebody sent: a JSON Feed or a list of its items, parsed; or a feed as text. */
export interface Pushed {
  readonly body: unknown;
  /** Of the text; empty for JSON. */
  readonly contentType: string;
}

export interface PushReport {
  /** Taken, and on their way. */
  readonly accepted: number;
  /** Taken within the last 30 days as they are. */
  readonly duplicate: number;
  readonly invalid: number;
  /** Why, for each that is invalid: its place in the list, null where the format does not tell. */
  readonly reasons: readonly { readonly entry: number | null; readonly reason: string }[];
  readonly warnings: readonly string[];
}

const maxItems = 1_000;
const maxReasons = 100;

/** @throws Invalid for what is neither a feed nor a list of items */
export async function readPushed(
  { body, contentType }: Pushed,
  siteUrl: string,
  trials: Pick<BoundedTrials, 'parse'>,
): Promise<{ readonly entries: readonly FeedEntry[] } & Pick<PushReport, 'reasons' | 'warnings'>> {
  if (typeof body === 'string') {
    // What it declares within was its encoding on the way here.
    const asText = `${contentType.split(';', 1)[0]}; charset=utf-8`;
    const feed = await parsed({ bytes: Buffer.from(body), contentType: asText, url: siteUrl }, trials);
    return { ...feed, reasons: leftOut(feed.warnings) };
  }
  const items = itemsOf(body);
  const reasons: { entry: number; reason: string }[] = [];
  const usable = items.filter((item, index) => {
    const reason = whyNot(item, siteUrl);
    if (reason !== null) reasons.push({ entry: index, reason });
    return reason === null;
  });
  if (usable.length === 0) return { entries: [], reasons, warnings: [] };
  const feed = { version: 'https://jsonfeed.org/version/1.1', title: 'Pushed', items: usable };
  const bytes = Buffer.from(JSON.stringify(feed));
  const { entries, warnings } = await parsed({ bytes, contentType: 'application/feed+json', url: siteUrl }, trials);
  return { entries, warnings, reasons };
}

/**
 * Has the entries collected as if a feed had listed them, each once: what was taken as it is within 30 days is left
 * out, however often and from how many callers at once it comes.
 */
export async function takePushed(
  transaction: Kysely<Database>,
  source: {
    readonly feed_id: string;
    readonly type: string;
    readonly config: unknown;
    readonly visibility: string;
    readonly delay_seconds: number | null;
  },
  entries: readonly FeedEntry[],
  nowMs: number,
): Promise<Pick<PushReport, 'accepted' | 'duplicate'>> {
  const { feed_id, visibility } = source;
  await sql`delete from pushed_entries where feed_id = ${feed_id} and pushed_at < now() - interval '30 days'`.execute(
    transaction,
  );
  const marked = new Map(
    entries.map((entry) => {
      const mark = entryMark(entry, visibility);
      return [mark.articleId, { entry, mark }];
    }),
  );
  const rows = [...marked.values()]
    .map(({ mark }) => ({ feed_id, article_id: mark.articleId, hash: mark.hash }))
    .toSorted((a, b) => (a.article_id < b.article_id ? -1 : 1));
  const taken =
    rows.length === 0
      ? []
      : await transaction
          .insertInto('pushed_entries')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .columns(['feed_id', 'article_id'])
              .doUpdateSet((row) => ({ hash: row.ref('excluded.hash'), pushed_at: sql`now()` }))
              .whereRef('pushed_entries.hash', '!=', sql.ref('excluded.hash')),
          )
          .returning('article_id')
          .execute();
  const ids = new Set(taken.map(({ article_id }) => article_id));
  const fresh = [...marked.values()].filter(({ mark }) => ids.has(mark.articleId));
  await writeToOutbox(
    transaction,
    'collect-request-page',
    fresh.map(({ entry, mark }) => ({
      key: pageRequestKey(entry.url, mark.articleId),
      value: {
        request_id: derivedId(feed_id, mark.articleId, mark.hash),
        kind: 'page',
        reason: 'entry',
        feed_id,
        connector: settingsOfType(source.type)?.name ?? source.type,
        config: JSON.stringify(source.config),
        url: entry.url,
        visibility,
        requested_at: nowMs,
        entry,
        credentials: null,
        delay_ms: (source.delay_seconds ?? 0) * 1000,
      } satisfies CollectRequest,
    })),
  );
  await writeToOutbox(transaction, 'feed-status', [
    { key: feed_id, value: statusOf(feed_id, entries, fresh.length, nowMs) },
  ]);
  return { accepted: fresh.length, duplicate: entries.length - fresh.length };
}

/** A push is to its feed what a collection is to others. */
function statusOf(feedId: string, entries: readonly FeedEntry[], accepted: number, nowMs: number): FeedStatus {
  const dates = entries
    .map(({ published_at, updated_at }) => published_at ?? updated_at)
    .filter((date) => date !== null);
  return {
    feed_id: feedId,
    checked_at: nowMs,
    outcome: 'collected',
    http_status: null,
    error_code: null,
    error_detail: null,
    title: null,
    site_url: null,
    entry_count: entries.length,
    new_entry_count: accepted,
    duration_ms: 0,
    moved_to: null,
    fresh_seconds: null,
    retry_after_seconds: null,
    newest_at: dates.length === 0 ? null : Math.max(...dates),
    oldest_at: dates.length === 0 ? null : Math.min(...dates),
    warnings: [],
  };
}

function itemsOf(body: unknown): readonly unknown[] {
  const list: unknown = Array.isArray(body) ? body : isObject(body) ? body['items'] : undefined;
  if (!Array.isArray(list)) {
    throw invalid('send a JSON Feed, a list of its items, RSS or Atom');
  }
  if (list.length === 0) throw invalid('there are no entries in it');
  if (list.length > maxItems) throw invalid(`should hold ${maxItems} entries at most: send them in parts`);
  return list;
}

/** @returns why an item cannot be an entry; null where it can */
function whyNot(item: unknown, siteUrl: string): string | null {
  if (!isObject(item)) return 'is no object';
  const url = item['url'] ?? item['id'];
  if (typeof url !== 'string' || url.trim() === '') return 'has no url';
  if (canonicalizeUrl(url, siteUrl) === null) return 'has a url that is no http or https address';
  const texts = ['title', 'summary', 'content_html', 'content_text'].map((name) => item[name]);
  if (texts.some((text) => text !== undefined && text !== null && typeof text !== 'string')) {
    return 'has a title, summary or content that is no text';
  }
  return texts.some((text) => typeof text === 'string' && text.trim() !== '') ? null : 'has neither title nor text';
}

async function parsed(
  document: Parameters<BoundedTrials['parse']>[0],
  trials: Pick<BoundedTrials, 'parse'>,
): Promise<SentFeed> {
  const answer = await trials.parse(document);
  if ('problem' in answer) throw invalid(answer.problem);
  return answer;
}

/** What the reader of feeds says of entries that it could not take. */
function leftOut(warnings: readonly string[]): PushReport['reasons'] {
  return warnings.flatMap((warning) => {
    const [, count, reason] = /^(\d+) (entries without an address .*)$/.exec(warning) ?? [];
    return Array.from({ length: Math.min(Number(count ?? 0), maxReasons) }, () => ({
      entry: null,
      reason: reason ?? '',
    }));
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(detail: string): Invalid {
  return new Invalid({ field: '', code: 'invalid_entries', detail });
}
