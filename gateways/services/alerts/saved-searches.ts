import type { Kysely, Selectable } from 'kysely';
import { v7 } from 'uuid';
import type { Database, SavedSearches as Table } from '../../schema.ts';
import { existingChannels } from './channels.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import type { QueryTrial, SavedQueries } from './saved-queries.ts';
import {
  maxSavedSearches,
  type NewSavedSearch,
  newSavedSearchSchema,
  type SavedSearchChanges,
  savedSearchChangesSchema,
  type SearchTrialInput,
  searchTrialSchema,
} from './saved-search-input.ts';
import { lockOrganization, tellStages } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { newestFirst, type SettingsList } from '../settings/settings-list.ts';
import { requireRoom } from '../settings/room.ts';

/** A saved search as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface SavedSearch {
  readonly id: string;
  /** Null: the organisation's. */
  readonly user_id: string | null;
  readonly name: string;
  readonly query: string;
  readonly alert_enabled: boolean;
  /** Articles that were first collected before raise no alert. */
  readonly alerting_since: string | null;
  readonly throttle_minutes: number | null;
  readonly digest: string;
  readonly snoozed_until: string | null;
  readonly channel_ids: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * The saved searches of one organisation. Another organisation's ids are unknown here. A change holds within two
 * seconds, for the articles that are first collected after it.
 *
 * All methods throw Invalid for arguments that cannot be used (also a query that cannot be read: its detail points at the
 * character), NotFound for unknown ids, Unavailable while Postgres is away.
 */
export interface SavedSearches {
  create(input: NewSavedSearch): Promise<SavedSearch>;
  get(id: string): Promise<SavedSearch>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<SavedSearch>>;
  change(id: string, changes: SavedSearchChanges): Promise<SavedSearch>;
  remove(id: string): Promise<void>;
  /** What it would have matched; raises nothing. */
  test(id: string, input: SearchTrialInput): Promise<QueryTrial>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly queries: SavedQueries;
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another saved search of the organisation has this name',
});

export function openSavedSearches({ db, organizationId, now, queries }: Ports): SavedSearches {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('saved_searches').selectAll().where('organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('saved search', id);
    return row;
  };

  const queryOf = async (text: string) => ({ text, resolved: await queries.resolve(text) });

  /** Writes what the search is now to the row's readers and to the stage. */
  async function told(transaction: Kysely<Database>, id: string): Promise<SavedSearch> {
    const row = await one(transaction, id);
    await tellStages(transaction, 'saved-search', `${organizationId}/${id}`, {
      organization_id: organizationId,
      saved_search_id: id,
      name: row.name,
      query: row.query.resolved,
      alert_enabled: row.alert_enabled,
      alerting_since: row.alerting_since?.getTime() ?? null,
      updated_at: row.updated_at.getTime(),
    });
    return savedSearchOf(row);
  }

  return {
    create: (input) =>
      writing(nameTaken, async () => {
        const { query: text, ...given } = checked(newSavedSearchSchema, input);
        const query = JSON.stringify(await queryOf(text));
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await requireRoom(transaction, 'saved_searches', organizationId, {
            most: maxSavedSearches,
            nouns: 'saved searches',
          });
          await existingChannels(transaction, organizationId, given.channel_ids);
          const id = v7();
          const alerting_since = given.alert_enabled ? new Date(now()) : null;
          await transaction
            .insertInto('saved_searches')
            .values({ ...given, id, organization_id: organizationId, query, alerting_since })
            .execute();
          return told(transaction, id);
        });
      }),

    get: (id) => reading(async () => savedSearchOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('saved-searches', input, rows(db), savedSearchOf)),

    change: (id, input) =>
      writing(nameTaken, async () => {
        const { query: text, ...changes } = checked(savedSearchChangesSchema, input);
        const query = text === undefined ? undefined : await queryOf(text);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          const before = await one(transaction, checked(idSchema, id));
          if (changes.channel_ids !== undefined) {
            await existingChannels(transaction, organizationId, changes.channel_ids);
          }
          const isAlerting = changes.alert_enabled ?? before.alert_enabled;
          const isNews = !before.alert_enabled || (query !== undefined && query.resolved !== before.query.resolved);
          await transaction
            .updateTable('saved_searches')
            .set({
              ...changes,
              ...(query === undefined ? {} : { query: JSON.stringify(query) }),
              alerting_since: !isAlerting ? null : isNews ? new Date(now()) : before.alerting_since,
              updated_at: new Date(now()),
            })
            .where('id', '=', before.id)
            .execute();
          return told(transaction, before.id);
        });
      }),

    remove: (id) =>
      writing(nameTaken, () =>
        db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          const { id: known } = await one(transaction, checked(idSchema, id));
          await transaction.deleteFrom('saved_searches').where('id', '=', known).execute();
          await tellStages(transaction, 'saved-search', `${organizationId}/${known}`, null);
        }),
      ),

    test: (id, input) =>
      reading(async () => {
        const trial = checked(searchTrialSchema, input);
        const { query } = await one(db, checked(idSchema, id));
        return queries.test(query.resolved, trial);
      }),
  };
}

function savedSearchOf({ query, organization_id: _organization, ...row }: Selectable<Table>): SavedSearch {
  return {
    ...row,
    query: query.text,
    alerting_since: row.alerting_since?.toISOString() ?? null,
    snoozed_until: row.snoozed_until?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
