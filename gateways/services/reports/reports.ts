import type { Kysely } from 'kysely';
import { makeReport, type ReportPorts } from '../../reports/make.ts';
import { periodBefore } from '../../reports/period.ts';
import type { Report, ReportKind } from '../../reports/report.ts';
import { type ReportCache, reportKey } from '../../reports/report-cache.ts';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { NotFound } from '../faults.ts';
import { type Page, pageOf } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import { type NewReport, newReportSchema, type ReportListInput, reportListSchema } from './input.ts';
import { idSchema } from '../text-schema.ts';

/** A stored report without what it says. Times are ISO 8601 texts in UTC. */
export interface ReportSummary {
  readonly id: string;
  readonly kind: ReportKind;
  readonly title: string;
  /** Null also where it was deleted. */
  readonly saved_search_id: string | null;
  readonly period_from: string;
  /** Exclusive. */
  readonly period_to: string;
  readonly time_zone: string;
  readonly generated_at: string;
}

export interface StoredReport extends ReportSummary {
  readonly content: Report;
}

/**
 * The reports of one organisation; another organisation's ids are unknown here. All methods throw Invalid for arguments
 * that cannot be used, NotFound for unknown ids, Unavailable while Postgres is away.
 */
export interface Reports {
  /** Composes a report now. One on the same period is replaced. */
  create(input: NewReport): Promise<StoredReport>;
  get(id: string): Promise<StoredReport>;
  /** The latest period first. */
  list(input: ReportListInput): Promise<Page<ReportSummary>>;
  remove(id: string): Promise<void>;
}

interface Ports extends ReportPorts {
  readonly organizationId: string;
  readonly cache: ReportCache;
}

const summaryColumns = [
  'id',
  'kind',
  'title',
  'saved_search_id',
  'period_from',
  'period_to',
  'time_zone',
  'generated_at',
] as const;

export function openReports(ports: Ports): Reports {
  const { db, organizationId, cache, now } = ports;
  const rows = (from: Kysely<Database>) => from.selectFrom('reports').where('organization_id', '=', organizationId);

  const stored = async (id: string): Promise<StoredReport> => {
    const row = await rows(db)
      .select([...summaryColumns, 'content'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new NotFound('report', id);
    const { content, ...summary } = row;
    return { ...summaryOf(summary), content };
  };

  return {
    create: (input) =>
      reading(async () => {
        const { kind, saved_search_id, time_zone, until } = checked(newReportSchema, input);
        const period = periodBefore(kind, until === undefined ? now() : Date.parse(until), time_zone);
        const wanted = { organizationId, kind, savedSearchId: saved_search_id, period };
        const { id } = await db.transaction().execute((transaction) => makeReport(ports, transaction, wanted));
        const report = await stored(id);
        await cache.replace(reportKey(id), { organizationId, report });
        return report;
      }),

    get: (given) =>
      reading(async () => {
        const id = checked(idSchema, given);
        const cached = (await cache.find(reportKey(id))) as { organizationId: string; report: StoredReport } | null;
        if (cached?.organizationId === organizationId) return cached.report;
        const report = await stored(id);
        await cache.fill(reportKey(id), { organizationId, report });
        return report;
      }),

    list: (input) =>
      reading(async () => {
        const { limit, cursor, kind, saved_search } = checked(reportListSchema, input);
        const identity = ['reports', kind ?? null, saved_search ?? null];
        let query = rows(db).select(summaryColumns).orderBy('period_to', 'desc').orderBy('id', 'desc');
        if (kind !== undefined) query = query.where('kind', '=', kind);
        if (saved_search !== undefined) query = query.where('saved_search_id', '=', saved_search);
        if (cursor !== undefined) {
          const [to, id] = decodeCursor(identity, cursor).map(String);
          query = query.where((is) => is(is.refTuple('period_to', 'id'), '<', is.tuple(new Date(to ?? ''), id ?? '')));
        }
        const found = await query.limit(limit + 1).execute();
        return pageOf(found, limit, (row) => {
          const item = summaryOf(row);
          return { item, cursor: encodeCursor(identity, [item.period_to, item.id]) };
        });
      }),

    remove: (given) =>
      reading(async () => {
        const id = checked(idSchema, given);
        const { numDeletedRows } = await db
          .deleteFrom('reports')
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw new NotFound('report', id);
        await cache.replace(reportKey(id), null);
      }),
  };
}

interface SummaryRow extends Omit<ReportSummary, 'period_from' | 'period_to' | 'generated_at'> {
  readonly period_from: Date;
  readonly period_to: Date;
  readonly generated_at: Date;
}

const summaryOf = ({ period_from, period_to, generated_at, ...row }: SummaryRow): ReportSummary => ({
  ...row,
  period_from: period_from.toISOString(),
  period_to: period_to.toISOString(),
  generated_at: generated_at.toISOString(),
});
