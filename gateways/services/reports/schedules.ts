import type { Kysely, Selectable } from 'kysely';
import { v7 } from 'uuid';
import { dueAfter } from '../../reports/period.ts';
import type { ReportKind } from '../../reports/report.ts';
import type { Database, ReportSchedules as Table } from '../../schema.ts';
import { existingChannels } from '../alerts/channels.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import type { Page } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import {
  maxSchedules,
  type NewSchedule,
  newScheduleSchema,
  type ScheduleChanges,
  scheduleChangesSchema,
} from './input.ts';
import { lockOrganization } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { newestFirst, type SettingsList } from '../settings/settings-list.ts';
import { requireRoom } from '../settings/room.ts';

/** When reports are made by themselves, as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface ReportSchedule {
  readonly id: string;
  readonly name: string;
  readonly kind: ReportKind;
  readonly saved_search_id: string | null;
  readonly hour: number;
  /** Of weekly reports; 1 is Monday. */
  readonly weekday: number;
  readonly time_zone: string;
  readonly channel_ids: readonly string[];
  readonly enabled: boolean;
  readonly next_at: string;
  /** Of the latest try; null where it worked. */
  readonly last_error: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * The schedules of one organisation's reports. Another organisation's ids are unknown here.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface ReportSchedules {
  create(input: NewSchedule): Promise<ReportSchedule>;
  get(id: string): Promise<ReportSchedule>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<ReportSchedule>>;
  change(id: string, changes: ScheduleChanges): Promise<ReportSchedule>;
  remove(id: string): Promise<void>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another schedule of the organisation has this name',
});

export function openReportSchedules({ db, organizationId, now }: Ports): ReportSchedules {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('report_schedules').selectAll().where('organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('report schedule', id);
    return row;
  };

  /** @throws Invalid for what belongs to another organisation or is gone */
  async function checkReferences(
    transaction: Kysely<Database>,
    channelIds: readonly string[],
    savedSearchId: string | null,
  ): Promise<void> {
    await existingChannels(transaction, organizationId, channelIds);
    if (savedSearchId === null) return;
    const known = await transaction
      .selectFrom('saved_searches')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', savedSearchId)
      .executeTakeFirst();
    if (known !== undefined) return;
    const detail = `there is no saved search ${savedSearchId}`;
    throw new Invalid({ field: 'saved_search_id', code: 'unknown_saved_search', detail });
  }

  const nextAt = (of: Pick<Selectable<Table>, 'kind' | 'hour' | 'weekday' | 'time_zone'>): Date =>
    new Date(dueAfter({ ...of, timeZone: of.time_zone }, now()));

  return {
    create: (input) =>
      writing(nameTaken, () => {
        const given = checked(newScheduleSchema, input);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await requireRoom(transaction, 'report_schedules', organizationId, {
            most: maxSchedules,
            nouns: 'report schedules',
          });
          await checkReferences(transaction, given.channel_ids, given.saved_search_id);
          const row = { ...given, id: v7(), organization_id: organizationId, next_at: nextAt(given) };
          await transaction.insertInto('report_schedules').values(row).execute();
          return scheduleOf(await one(transaction, row.id));
        });
      }),

    get: (id) => reading(async () => scheduleOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('report-schedules', input, rows(db), scheduleOf)),

    change: (id, input) =>
      writing(nameTaken, () => {
        const changes = checked(scheduleChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          const before = await one(transaction, checked(idSchema, id));
          await checkReferences(transaction, changes.channel_ids ?? [], changes.saved_search_id ?? null);
          // From now on: what was due meanwhile, while it was switched off, is not made up for.
          const next_at = nextAt({
            kind: changes.kind ?? before.kind,
            hour: changes.hour ?? before.hour,
            weekday: changes.weekday ?? before.weekday,
            time_zone: changes.time_zone ?? before.time_zone,
          });
          await transaction
            .updateTable('report_schedules')
            .set({ ...changes, next_at, failures: 0, retry_at: null, last_error: null, updated_at: new Date(now()) })
            .where('id', '=', before.id)
            .execute();
          return scheduleOf(await one(transaction, before.id));
        });
      }),

    remove: (id) =>
      reading(async () => {
        const { id: known } = await one(db, checked(idSchema, id));
        await db.deleteFrom('report_schedules').where('id', '=', known).execute();
      }),
  };
}

function scheduleOf(row: Selectable<Table>): ReportSchedule {
  const { id, name, kind, saved_search_id, hour, weekday, time_zone, channel_ids, enabled, last_error } = row;
  return {
    id,
    name,
    kind,
    saved_search_id,
    hour,
    weekday,
    time_zone,
    channel_ids,
    enabled,
    next_at: row.next_at.toISOString(),
    last_error,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
