import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from 'kysely';
import type { Alerts as Table, Database } from '../../schema.ts';
import { type AlertList, type AlertListInput, alertListSchema } from './alert-input.ts';
import { type AlertSettingsChanges, alertSettingsChangesSchema } from './alert-settings-input.ts';
import { existingChannels } from './channels.ts';
import { defaultGathering, type GatheredKind, type Gathering, ofEachKind } from './gathering.ts';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { NotFound } from '../faults.ts';
import { type Page, pageOf } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import { lockOrganization } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';

/** An alert as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface Alert {
  readonly id: string;
  readonly kind: string;
  /** What it is about: id of the saved search, of the rule, of the source, name of the stage. */
  readonly subject: string;
  readonly title: string;
  readonly saved_search_id: string | null;
  readonly article_id: string | null;
  /** The parts of the query that the article matches, as they stand there. */
  readonly matched: readonly string[];
  /** More; what it holds depends on the kind. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly raised_at: string;
  /** When its cause was over; null while it lasts, and for articles. */
  readonly over_at: string | null;
  readonly acknowledged_at: string | null;
}

export interface AlertSettings {
  readonly min_relevance: number | null;
  readonly channel_ids: readonly string[];
  /** How alerts are gathered that no saved search raises. */
  readonly kinds: Readonly<Record<GatheredKind, Gathering>>;
}

/**
 * The alerts of one organisation. Another organisation's ids are unknown here.
 *
 * All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable while Postgres is
 * away.
 */
export interface Alerts {
  get(id: string): Promise<Alert>;
  /** The latest first. */
  list(input: AlertListInput): Promise<Page<Alert>>;
  /** Says that somebody has seen it; the first time counts. */
  acknowledge(id: string): Promise<Alert>;
  settings(): Promise<AlertSettings>;
  changeSettings(changes: AlertSettingsChanges): Promise<AlertSettings>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function openAlerts({ db, organizationId, now }: Ports): Alerts {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('alerts').selectAll().where('organization_id', '=', organizationId);

  async function one(id: string): Promise<Alert> {
    const row = await rows(db).where('id', '=', checked(idSchema, id)).executeTakeFirst();
    if (row === undefined) throw new NotFound('alert', id);
    return alertOf(row);
  }

  async function settings(from: Kysely<Database>): Promise<AlertSettings> {
    const row = await from
      .selectFrom('alert_settings')
      .select(['min_relevance', 'channel_ids'])
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    const told = await from
      .selectFrom('alert_kind_settings')
      .select(['kind', 'throttle_minutes', 'digest', 'snoozed_until'])
      .where('organization_id', '=', organizationId)
      .execute();
    const byKind = new Map(
      told.map(({ kind, snoozed_until, ...rest }) => [
        kind,
        { ...rest, snoozed_until: snoozed_until?.toISOString() ?? null },
      ]),
    );
    const kinds = ofEachKind((kind) => byKind.get(kind) ?? defaultGathering[kind]);
    return { ...(row ?? { min_relevance: null, channel_ids: [] }), kinds };
  }

  return {
    get: (id) => reading(() => one(id)),

    list: (input) =>
      reading(async () => {
        const given = checked(alertListSchema, input);
        const { limit, cursor, ...filter } = given;
        const identity = ['alerts', filter];
        let query = rows(db)
          .where((eb) => eb.and(conditions(eb, filter)))
          .orderBy('raised_at', 'desc')
          .orderBy('id', 'desc');
        if (cursor !== undefined) {
          const [at, id] = decodeCursor(identity, cursor);
          query = query.where((eb) =>
            eb(eb.refTuple('raised_at', 'id'), '<', eb.tuple(new Date(String(at)), String(id))),
          );
        }
        const found = await query.limit(limit + 1).execute();
        return pageOf(found, limit, (row) => ({
          item: alertOf(row),
          cursor: encodeCursor(identity, [row.raised_at.toISOString(), row.id]),
        }));
      }),

    acknowledge: (id) =>
      reading(async () => {
        const known = await one(id);
        await db
          .updateTable('alerts')
          .set({ acknowledged_at: new Date(now()) })
          .where('id', '=', known.id)
          .where('acknowledged_at', 'is', null)
          .execute();
        return one(id);
      }),

    settings: () => reading(() => settings(db)),

    changeSettings: (input) =>
      reading(() => {
        const { kinds = {}, ...changes } = checked(alertSettingsChangesSchema, input);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          await existingChannels(transaction, organizationId, changes.channel_ids ?? []);
          const before = await settings(transaction);
          const isNews = changes.min_relevance !== undefined && changes.min_relevance !== before.min_relevance;
          const row = {
            ...changes,
            ...(isNews ? { high_score_since: new Date(now()) } : {}),
            updated_at: new Date(now()),
          };
          await transaction
            .insertInto('alert_settings')
            .values({ ...row, organization_id: organizationId })
            .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
            .execute();
          for (const [kind, given] of Object.entries(kinds)) {
            const gathering = { ...before.kinds[kind as GatheredKind], ...given, updated_at: new Date(now()) };
            await transaction
              .insertInto('alert_kind_settings')
              .values({ ...gathering, organization_id: organizationId, kind })
              .onConflict((conflict) => conflict.columns(['organization_id', 'kind']).doUpdateSet(gathering))
              .execute();
          }
          return settings(transaction);
        });
      }),
  };
}

function conditions(
  eb: ExpressionBuilder<Database, 'alerts'>,
  { kind, saved_search, article, state, raised_from, raised_to }: Omit<AlertList, 'limit' | 'cursor'>,
): readonly Expression<SqlBool>[] {
  return [
    ...(kind === undefined ? [] : [eb('kind', '=', kind)]),
    ...(saved_search === undefined ? [] : [eb('saved_search_id', '=', saved_search)]),
    ...(article === undefined ? [] : [eb('article_id', '=', article)]),
    ...(raised_from === undefined ? [] : [eb('raised_at', '>=', new Date(raised_from))]),
    ...(raised_to === undefined ? [] : [eb('raised_at', '<', new Date(raised_to))]),
    ...(state === 'acknowledged' ? [eb('acknowledged_at', 'is not', null)] : []),
    ...(state === 'over' ? [eb('over_at', 'is not', null)] : []),
    ...(state === 'open' ? [eb('acknowledged_at', 'is', null), eb('over_at', 'is', null)] : []),
  ];
}

export function alertOf({ organization_id: _organization, ...row }: Selectable<Table>): Alert {
  return {
    ...row,
    raised_at: row.raised_at.toISOString(),
    over_at: row.over_at?.toISOString() ?? null,
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
  };
}
