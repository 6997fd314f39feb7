import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import { z } from 'zod';
import { hostKey } from '../../domain/canonical-url.ts';
import type { Database } from '../schema.ts';
import { checked } from './checked.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Invalid, NotFound } from './faults.ts';
import { configureFeed, ensureFeeds, removeUnusedFeed, requireFeedAddress } from './feeds.ts';
import { notify } from './notifications.ts';
import { writeOpml } from './opml.ts';
import { writeToOutbox } from './outbox.ts';
import type { Page } from './page.ts';
import { reading, writing } from './postgres-faults.ts';
import {
  type NewSource,
  newSourceSchema,
  type SourceChanges,
  sourceChangesSchema,
  type SourceType,
} from './source-input.ts';
import { type Source, sourceOf } from './source.ts';
import { type ImportReport, importSources } from './source-import.ts';
import { idSchema } from './text-schema.ts';

export interface SourcePorts {
  readonly db: Kysely<Database>;
  /** Whose sources these are. */
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  now(): number;
}

export const sourceListSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(1000).optional(),
});
export type SourceList = z.input<typeof sourceListSchema>;

/**
 * The sources of one organisation. Another organisation's ids are unknown here.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Sources {
  create(input: NewSource): Promise<Source>;
  get(id: string): Promise<Source>;
  /** Those of the ids that exist, in no order. */
  getMany(ids: readonly string[]): Promise<readonly Source[]>;
  /** Those that point at one of the feeds. */
  ofFeeds(feedIds: readonly string[]): Promise<readonly Source[]>;
  count(): Promise<number>;
  /** Newest first. */
  list(input: SourceList): Promise<Page<Source>>;
  change(id: string, changes: SourceChanges): Promise<Source>;
  remove(id: string): Promise<void>;
  /** Has the source collected ahead of what is merely due. */
  collectNow(id: string): Promise<CollectionAsked>;
  /** Follows every feed of an OPML document that is not followed yet. */
  importOpml(text: string): Promise<ImportReport>;
  /** All sources as an OPML document, by name. */
  exportOpml(): Promise<string>;
}

export interface CollectionAsked {
  readonly request_id: string;
  readonly source_id: string;
  /** ISO 8601. */
  readonly requested_at: string;
}

export function openSources(ports: SourcePorts): Sources {
  const { db, organizationId } = ports;

  const rows = (from: Kysely<Database>) =>
    from
      .selectFrom('sources')
      .leftJoin('content.feed_status as status', 'status.feed_id', 'sources.feed_id')
      .selectAll('sources')
      .select(['status.checked_at', 'status.outcome', 'status.http_status', 'status.error_code', 'status.error_detail'])
      .select(['status.entry_count', 'status.new_entry_count', 'status.title as feed_title', 'status.site_url'])
      .where('sources.organization_id', '=', organizationId);

  const get = async (from: Kysely<Database>, id: string): Promise<Source> => {
    const row = await rows(from).where('sources.id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('source', id);
    return sourceOf(row);
  };

  /** Holds the row until the transaction ends. */
  const lock = async (transaction: Kysely<Database>, id: string) => {
    const row = await transaction
      .selectFrom('sources')
      .selectAll()
      .where('id', '=', id)
      .where('organization_id', '=', organizationId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new NotFound('source', id);
    return row;
  };

  return {
    create: (input) =>
      writing(nameTaken, async () => {
        const { config, ...source } = checked(newSourceSchema, input);
        const feed = requireFeedAddress(source.url);
        const id = v7();
        return db.transaction().execute(async (transaction) => {
          await ensureFeeds(transaction, [{ ...feed, type: source.type, config }]);
          await transaction
            .insertInto('sources')
            .values({
              ...source,
              id,
              organization_id: organizationId,
              feed_id: feed.id,
              config: JSON.stringify(config),
            })
            .execute();
          await notify(transaction, 'feedsDue');
          return get(transaction, id);
        });
      }),

    get: (id) => reading(() => get(db, checked(idSchema, id))),

    getMany: (ids) =>
      reading(async () => {
        if (ids.length === 0) return [];
        return (await rows(db).where('sources.id', 'in', ids).execute()).map(sourceOf);
      }),

    ofFeeds: (feedIds) =>
      reading(async () => {
        if (feedIds.length === 0) return [];
        const found = await rows(db).where('sources.feed_id', 'in', feedIds).orderBy('sources.name').execute();
        return found.map(sourceOf);
      }),

    count: () =>
      reading(async () => {
        const { total } = await db
          .selectFrom('sources')
          .select(({ fn }) => fn.countAll<number>().as('total'))
          .where('organization_id', '=', organizationId)
          .executeTakeFirstOrThrow();
        return total;
      }),

    list: (input) =>
      reading(async () => {
        const { limit, cursor } = checked(sourceListSchema, input);
        let query = rows(db).orderBy('sources.id', 'desc');
        if (cursor !== undefined) {
          const [lastId] = decodeCursor(listName, cursor);
          query = query.where('sources.id', '<', String(lastId));
        }
        const found = await query.limit(limit + 1).execute();
        const items = found.slice(0, limit).map((row) => {
          return { item: sourceOf(row), cursor: encodeCursor(listName, [row.id]) };
        });
        return { items, next: found.length > limit ? (items.at(-1)?.cursor ?? null) : null };
      }),

    change: (id, input) =>
      writing(nameTaken, async () => {
        const changes = checked(sourceChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          const before = await lock(transaction, checked(idSchema, id));
          const { url = before.url, type = before.type as SourceType, config = before.config } = changes;
          const feed = requireFeedAddress(url);
          if (feed.id !== before.feed_id) await ensureFeeds(transaction, [{ ...feed, type, config }]);
          else await configureFeed(transaction, { id: feed.id, sourceId: before.id, type, config });
          await transaction
            .updateTable('sources')
            .set({ ...changes, feed_id: feed.id, config: JSON.stringify(config), updated_at: new Date(ports.now()) })
            .where('id', '=', before.id)
            .execute();
          if (feed.id !== before.feed_id) await removeUnusedFeed(transaction, before.feed_id);
          await notify(transaction, 'feedsDue');
          return get(transaction, before.id);
        });
      }),

    remove: (id) =>
      writing(nameTaken, () =>
        db.transaction().execute(async (transaction) => {
          const source = await lock(transaction, checked(idSchema, id));
          await transaction.deleteFrom('sources').where('id', '=', source.id).execute();
          await removeUnusedFeed(transaction, source.feed_id);
        }),
      ),

    collectNow: (id) =>
      writing(nameTaken, () =>
        db.transaction().execute(async (transaction) => {
          const { feed_id, id: sourceId } = await lock(transaction, checked(idSchema, id));
          const feed = await transaction
            .selectFrom('feeds')
            .selectAll()
            .where('id', '=', feed_id)
            .executeTakeFirstOrThrow();
          const request = { id: v7(), atMs: ports.now() };
          const value = {
            request_id: request.id,
            kind: 'feed',
            reason: 'user',
            feed_id: feed.id,
            connector: feed.connector,
            config: JSON.stringify(feed.config),
            url: feed.url,
            visibility: feed.visibility,
            requested_at: request.atMs,
            entry: null,
            credentials: null,
          } as const;
          await writeToOutbox(transaction, 'collect-request-user', [{ key: hostKey(feed.url), value }]);
          return {
            request_id: request.id,
            source_id: sourceId,
            requested_at: new Date(request.atMs).toISOString(),
          };
        }),
      ),

    exportOpml: () =>
      reading(async () => {
        const found = await rows(db).orderBy('sources.name').execute();
        return writeOpml(
          'Mimir',
          found.map(({ url, name, site_url }) => ({ url, title: name, siteUrl: site_url })),
        );
      }),

    importOpml: (text) => writing(nameTaken, () => importSources(db, organizationId, text)),
  };
}

/** What cursors of the list belong to. Ids are UUIDs of version 7: their order is that of creation. */
const listName = 'sources';

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another source of the organisation has this name',
});
