import { type Kysely, type Selectable, sql } from 'kysely';
import { messageOf } from '../../streams/errors.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { isTransientPostgresError, timeoutOf } from '../postgres.ts';
import type { Database, ReportSchedules } from '../schema.ts';
import { queueNotification } from '../services/alerts/notification-queue.ts';
import { makeReport, type ReportPorts } from './make.ts';
import { dueAfter, periodBefore } from './period.ts';
import { type ReportCache, reportKey } from './report-cache.ts';
import type { Report } from './report.ts';
import { reportNotificationId } from './store.ts';

type Schedule = Selectable<ReportSchedules>;

export interface DuePorts extends ReportPorts {
  readonly cache: Pick<ReportCache, 'replace'>;
}

/**
 * Makes the report of one schedule that is due, stores it, has it sent and moves the schedule on, in one transaction:
 * each period is made and told once, however many processes look and whenever one dies. After a standstill only the
 * latest period that is over is made.
 *
 * @returns the schedule's name and what became of it; null where nothing is due
 * @throws Error of Postgres, while it is away
 */
export async function runDue(
  ports: DuePorts,
): Promise<{ readonly name: string; readonly reportId: string | null; readonly fault: string | null } | null> {
  const { db } = ports;
  let schedule: Schedule | undefined;
  try {
    return await db.transaction().execute(async (transaction) => {
      schedule = await dueSchedule(transaction);
      if (schedule === undefined) return null;
      const { id: reportId, report } = await made(ports, transaction, schedule);
      await told(transaction, schedule, reportId, report);
      await transaction
        .updateTable('report_schedules')
        .set({
          next_at: new Date(dueAfter(timesOf(schedule), ports.now())),
          failures: 0,
          retry_at: null,
          last_error: null,
        })
        .where('id', '=', schedule.id)
        .execute();
      // From here on readers ask the database. Before the commit: whoever dies after it would leave them the old one.
      await ports.cache.replace(reportKey(reportId), null);
      passFailPoint('report-made');
      return { name: schedule.name, reportId, fault: null };
    });
  } catch (error) {
    // What time heals is tried again by the loop; anything else is the schedule's own, and must not hold up others: also
    // what takes longer than we let it, or the loop would take the same one for ever.
    const isAway = isTransientPostgresError(error) && timeoutOf(error) === undefined;
    if (schedule === undefined || isAway) throw error;
    const fault = messageOf(error).slice(0, 500);
    await putOff(db, schedule, fault);
    return { name: schedule.name, reportId: null, fault };
  }
}

const timesOf = ({ kind, hour, weekday, time_zone }: Schedule) => ({ kind, hour, weekday, timeZone: time_zone });

/** The database's clock decides: processes may have wrong ones. */
function dueSchedule(transaction: Kysely<Database>): Promise<Schedule | undefined> {
  return transaction
    .selectFrom('report_schedules')
    .selectAll()
    .where('enabled', '=', true)
    .where('next_at', '<=', sql<Date>`now()`)
    .where((is) => is.or([is('retry_at', 'is', null), is('retry_at', '<=', sql<Date>`now()`)]))
    .orderBy('next_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

function made(ports: ReportPorts, transaction: Kysely<Database>, schedule: Schedule) {
  const { organization_id: organizationId, kind, saved_search_id: savedSearchId, time_zone: timeZone } = schedule;
  const period = periodBefore(kind, lastDue(schedule, ports.now()), timeZone);
  return makeReport(ports, transaction, { organizationId, kind, savedSearchId, period });
}

/** The latest time at which it was due; the one that is noted where this process' clock is behind. */
function lastDue(schedule: Schedule, nowMs: number): number {
  let due = schedule.next_at.getTime();
  for (let next = dueAfter(timesOf(schedule), due); next <= nowMs; next = dueAfter(timesOf(schedule), next)) due = next;
  return due;
}

async function told(
  transaction: Kysely<Database>,
  { id: scheduleId, organization_id, channel_ids }: Schedule,
  reportId: string,
  report: Report,
): Promise<void> {
  // Channels may have gone since; those of others never come in.
  const known = await transaction
    .selectFrom('notification_channels')
    .select('id')
    .where('organization_id', '=', organization_id)
    .where(sql<boolean>`id = any(${channel_ids}::uuid[])`)
    .execute();
  for (const { id: channel_id } of known) {
    await queueNotification(transaction, {
      id: reportNotificationId(reportId, scheduleId, channel_id),
      channel_id,
      organization_id,
      type: 'report.made',
      data: { title: titleOf(report), organization_id, report_id: reportId, report },
    });
  }
}

const titleOf = ({ kind, title }: Report): string => `${kind === 'daily' ? 'Daily' : 'Weekly'} report: ${title}`;

const longestPauseMinutes = 60;

async function putOff(db: Kysely<Database>, { id }: Schedule, fault: string): Promise<void> {
  await db
    .updateTable('report_schedules')
    .set({
      failures: sql<number>`failures + 1`,
      retry_at: sql<Date>`now() + least(${longestPauseMinutes}, 2 ^ least(failures, 10)) * interval '1 minute'`,
      last_error: fault,
    })
    .where('id', '=', id)
    .execute();
}
