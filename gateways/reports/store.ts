import type { Kysely } from 'kysely';
import { derivedId } from '../../domain/identity.ts';
import type { Database } from '../schema.ts';
import type { Period } from './period.ts';
import type { Report, ReportKind } from './report.ts';

/** The same for the same period of the same thing: it is made once, and made anew in its place. */
export function reportId(
  organizationId: string,
  kind: ReportKind,
  savedSearchId: string | null,
  { fromMs, toMs }: Period,
): string {
  return derivedId('report', organizationId, kind, savedSearchId ?? '-', String(fromMs), String(toMs));
}

/** What a schedule tells a channel of a report: told once. */
export function reportNotificationId(report: string, scheduleId: string, channelId: string): string {
  return derivedId('report-notification', report, scheduleId, channelId);
}

/** Stores a report as it is now; one of the same period is replaced. */
export async function storeReport(db: Kysely<Database>, id: string, report: Report): Promise<void> {
  const row = {
    kind: report.kind,
    saved_search_id: report.saved_search?.id ?? null,
    title: report.title,
    time_zone: report.period.time_zone,
    period_from: report.period.from,
    period_to: report.period.to,
    content: JSON.stringify(report),
    generated_at: report.generated_at,
  };
  await db
    .insertInto('reports')
    .values({ id, organization_id: report.organization.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}
