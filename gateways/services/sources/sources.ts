import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import { hostKey } from '../../../domain/canonical-url.ts';
import { settingsOfType } from '../../../domain/connectors.ts';
import { openSealer, type Sealer } from '../../../domain/sealed.ts';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { Invalid } from '../faults.ts';
import { delayMs } from './delay.ts';
import { makeDue, planAnew, revive } from './feed-schedule.ts';
import { ensureFeeds, removeUnusedFeed } from './feeds.ts';
import type { Pace } from '../../scheduler/plan-feeds.ts';
import { notify } from '../notifications.ts';
import { writeOpml } from './opml.ts';
import { writeToOutbox } from '../outbox.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import { newestFirst, type SettingsList } from '../settings/settings-list.ts';
import { type NewSource, newSourceSchema, type SourceChanges, sourceChangesSchema } from './input.ts';
import { newSchedule, saysWhen, scheduleAfter } from './schedule.ts';
import { newReading, readingAfter } from './reading.ts';
import { sourceRows } from './rows.ts';
import { NothingToCollect, openVisits, type SourceVisits } from './visits.ts';
import { type Source, sourceOf } from './source.ts';
import { type ImportReport, importSources } from './import.ts';
import { boundTrials, type BoundedTrials, withoutTrials } from './trials.ts';
import { idSchema } from '../text-schema.ts';

export interface SourcePorts {
  readonly db: Kysely<Database>;
  /** Whose sources these are. */
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Seals credentials, and opens them for a trial; without keys unless given. */
  readonly sealer?: Sealer;
  /** Where nobody lends them, what needs them is refused. */
  readonly trials?: BoundedTrials;
  /** Of feeds of which nobody wishes anything; the scheduler's. */
  readonly pace?: Pace;
}

/**
 * The sources of one organisation. Another organisation's ids are unknown here.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Sources extends SourceVisits {
  create(input: NewSource): Promise<Source>;
  get(id: string): Promise<Source>;
  /** Those of the ids that exist, in no order. */
  getMany(ids: readonly string[]): Promise<readonly Source[]>;
  /** Those that point at one of the feeds. */
  ofFeeds(feedIds: readonly string[]): Promise<readonly Source[]>;
  count(): Promise<number>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<Source>>;
  change(id: string, changes: SourceChanges): Promise<Source>;
  remove(id: string): Promise<void>;
  /** Has the source collected ahead of what is merely due. */
  collectNow(id: string): Promise<CollectionAsked>;
  /** Follows every feed of an OPML document that is not followed yet, or says what would become of each. */
  importOpml(text: string, options?: { readonly dryRun: boolean }): Promise<ImportReport>;
  /** All sources as an OPML document, by name, in folders by their first tags; without credentials. */
  exportOpml(): Promise<string>;
}

export interface CollectionAsked {
  readonly request_id: string;
  readonly source_id: string;
  /** ISO 8601. */
  readonly requested_at: string;
}

export function openSources(ports: SourcePorts): Sources {
  const { db, organizationId, pace = { defaultIntervalSeconds: 900, adaptive: true } } = ports;
  const trials = ports.trials ?? boundTrials(withoutTrials);
  const readings = { organizationId, sealer: ports.sealer ?? openSealer([]) };

  const { rows, get, lock } = sourceRows(organizationId);
  const visits = openVisits({ db, organizationId, trials, sealer: readings.sealer, now: () => ports.now() });

  return {
    create: (input) =>
      writing(nameTaken, async () => {
        const { config, credentials: given, ...source } = checked(newSourceSchema, input);
        const { feed, credentials } = newReading({ ...source, config, credentials: given }, readings);
        const schedule = newSchedule(source);
        const id = v7();
        return db.transaction().execute(async (transaction) => {
          await ensureFeeds(transaction, [feed]);
          await transaction
            .insertInto('sources')
            .values({
              ...source,
              ...schedule,
              id,
              organization_id: organizationId,
              feed_id: feed.id,
              config: JSON.stringify(config),
              credentials,
            })
            .execute();
          if (source.enabled) await planAnew(transaction, feed.id, pace, { sooner: true });
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

    list: (input) => reading(() => newestFirst('sources', input, rows(db), sourceOf, 'sources.id')),

    change: (id, input) =>
      writing(nameTaken, async () => {
        const changes = checked(sourceChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          const before = await lock(transaction, checked(idSchema, id));
          const { config = before.config } = changes;
          const { feed, credentials } = readingAfter(before, changes, readings);
          const schedule = scheduleAfter(before, changes);
          if (feed.id !== before.feed_id) await ensureFeeds(transaction, [feed]);
          await transaction
            .updateTable('sources')
            .set({
              ...changes,
              ...schedule,
              feed_id: feed.id,
              config: JSON.stringify(config),
              credentials,
              updated_at: new Date(ports.now()),
            })
            .where('id', '=', before.id)
            .execute();
          if (feed.id !== before.feed_id) await removeUnusedFeed(transaction, before.feed_id);
          if (changes.enabled === true && !before.enabled) await makeDue(transaction, feed.id);
          else if (feed.id === before.feed_id && credentials !== before.credentials)
            await makeDue(transaction, feed.id);
          else if (saysWhen(changes)) await planAnew(transaction, feed.id, pace, { sooner: false });
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
          const { feed_id, id: sourceId, type, credentials } = await lock(transaction, checked(idSchema, id));
          if (settingsOfType(type)?.scheduled === false) throw new NothingToCollect();
          // Its time has passed long ago: it is asked for here and now, and by the scheduler the next time.
          if (await revive(transaction, feed_id)) await planAnew(transaction, feed_id, pace, { sooner: false });
          const feed = await transaction
            .selectFrom('feeds')
            .selectAll()
            .select(delayMs.as('delay_ms'))
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
            credentials,
            delay_ms: feed.delay_ms,
          } as const;
          await writeToOutbox(transaction, 'collect-request-user', [{ key: hostKey(feed.url), value }]);
          return {
            request_id: request.id,
            source_id: sourceId,
            requested_at: new Date(request.atMs).toISOString(),
          };
        }),
      ),

    ...visits,

    exportOpml: () =>
      reading(async () => {
        const found = await rows(db).orderBy('sources.name').execute();
        return writeOpml(
          'Mimir',
          found.map(({ url, type, config, name, site_url, description, tags }) => ({
            url,
            type: settingsOfType(type)?.name === 'feed' ? 'rss' : type,
            config: JSON.stringify(config),
            title: name,
            siteUrl: site_url,
            description,
            tags,
          })),
        );
      }),

    importOpml: (text, options = { dryRun: false }) =>
      writing(nameTaken, () => importSources(db, organizationId, text, options)),
  };
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another source of the organisation has this name',
});
