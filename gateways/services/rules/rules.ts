import { isDeepStrictEqual } from 'node:util';
import { type Kysely, type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import { ruleRecord, ruleSetRecord } from '../../rules/rule-set-record.ts';
import type { Database, RuleActions, Rules as Table } from '../../schema.ts';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { Invalid, NotFound } from '../faults.ts';
import { type Page, pageOf } from '../page.ts';
import { reading, writing } from '../postgres-faults.ts';
import {
  maxRules,
  type NewRule,
  newRuleSchema,
  type RuleChanges,
  ruleChangesSchema,
  type RuleTrialInput,
  ruleTrialSchema,
  type StoredRuleTrialInput,
  storedRuleTrialSchema,
} from './input.ts';
import { type RuleTrial, type TrialPorts, tryRule } from './trial.ts';
import type { SavedQueries } from '../alerts/saved-queries.ts';
import { lockOrganization, tellStages } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { type SettingsList, settingsListSchema } from '../settings/settings-list.ts';
import { tooMany } from '../settings/room.ts';

/** A rule of an organisation as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface OrganizationRule {
  readonly id: string;
  readonly name: string;
  /** As it was written. */
  readonly query: string;
  readonly actions: RuleActions;
  /** From 1, without gaps. */
  readonly position: number;
  readonly enabled: boolean;
  /** Grows when it selects or does something else. */
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * The rules of one organisation. Another organisation's ids are unknown here. A change holds within two seconds for the
 * articles that come; a run (rule-runs.ts) applies it to those of before.
 *
 * All methods throw Invalid for arguments that cannot be used (also a query that cannot be read: its detail points at the
 * character), NotFound for unknown ids, Unavailable while Postgres is away.
 */
export interface Rules {
  create(input: NewRule): Promise<OrganizationRule>;
  get(id: string): Promise<OrganizationRule>;
  /** In the order in which they judge. */
  list(input: SettingsList): Promise<Page<OrganizationRule>>;
  change(id: string, changes: RuleChanges): Promise<OrganizationRule>;
  /** What it did to articles stays until they are judged again. */
  remove(id: string): Promise<void>;
  /**
   * What a stored rule would do to the articles of before, or a change of it.
   *
   * @throws Unavailable also while the model or the vector store is away and a rule asks for meaning
   */
  test(id: string, input: StoredRuleTrialInput): Promise<RuleTrial>;
  /** The same for one that is not stored. */
  testNew(input: RuleTrialInput): Promise<RuleTrial>;
}

interface Ports extends TrialPorts {
  readonly queries: Pick<SavedQueries, 'resolve'>;
}

const nameTaken = new Invalid({
  field: 'name',
  code: 'name_taken',
  detail: 'another rule of the organisation has this name',
});

export function openRules(ports: Ports): Rules {
  const { db, organizationId, now, queries } = ports;
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('rules').selectAll().where('organization_id', '=', organizationId).orderBy('position');

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('rule', id);
    return row;
  };

  /** Does the work on the rules of the organisation, and then tells the stage of all of them. */
  const changing = <T>(work: (transaction: Kysely<Database>) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      await sql`
        insert into rule_sets as stored (organization_id, updated_at) values (${organizationId}, ${new Date(now())})
        on conflict (organization_id) do update set revision = stored.revision + 1, updated_at = excluded.updated_at
      `.execute(transaction);
      const result = await work(transaction);
      // Also without a rule: the stage then takes away what rules did to an article that comes again.
      await tellStages(transaction, 'rule-set', organizationId, await ruleSetRecord(transaction, organizationId));
      return result;
    });

  return {
    create: (input) =>
      writing(nameTaken, async () => {
        const { actions, position, ...given } = checked(newRuleSchema, input);
        const resolved = await queries.resolve(given.query);
        return changing(async (transaction) => {
          const others = await rows(transaction).execute();
          if (others.length >= maxRules) throw tooMany('rules', maxRules);
          await knownChannel(transaction, organizationId, actions);
          const times = { live_since: new Date(now()), created_at: new Date(now()), updated_at: new Date(now()) };
          const id = v7();
          await transaction
            .insertInto('rules')
            .values({
              ...given,
              ...times,
              id,
              organization_id: organizationId,
              resolved,
              actions: JSON.stringify(actions),
              position: others.length + 1,
            })
            .execute();
          if (position !== undefined) await place(transaction, organizationId, id, position);
          return ruleOf(await one(transaction, id));
        });
      }),

    get: (id) => reading(async () => ruleOf(await one(db, checked(idSchema, id)))),

    list: (input) =>
      reading(async () => {
        const { limit, cursor } = checked(settingsListSchema, input);
        let query = rows(db);
        if (cursor !== undefined) query = query.where('position', '>', Number(decodeCursor('rules', cursor)[0]));
        const found = await query.limit(limit + 1).execute();
        return pageOf(found, limit, (row) => ({ item: ruleOf(row), cursor: encodeCursor('rules', [row.position]) }));
      }),

    change: (id, input) =>
      writing(nameTaken, async () => {
        const { actions, position, ...changes } = checked(ruleChangesSchema, input);
        const resolved = changes.query === undefined ? undefined : await queries.resolve(changes.query);
        return changing(async (transaction) => {
          const before = await one(transaction, checked(idSchema, id));
          if (actions !== undefined) await knownChannel(transaction, organizationId, actions);
          const selectsAnew = resolved !== undefined && resolved !== before.resolved;
          const doesAnew = actions !== undefined && !isDeepStrictEqual(actions, before.actions);
          const isRevived = changes.enabled === true && !before.enabled;
          const tellsAnew = doesAnew && actions.channel_id !== before.actions.channel_id;
          await transaction
            .updateTable('rules')
            .set({
              ...changes,
              ...(resolved === undefined ? {} : { resolved }),
              ...(actions === undefined ? {} : { actions: JSON.stringify(actions) }),
              ...(selectsAnew || doesAnew ? { revision: before.revision + 1 } : {}),
              ...(selectsAnew || isRevived || tellsAnew ? { live_since: new Date(now()) } : {}),
              updated_at: new Date(now()),
            })
            .where('id', '=', before.id)
            .execute();
          if (position !== undefined) await place(transaction, organizationId, before.id, position);
          return ruleOf(await one(transaction, before.id));
        });
      }),

    remove: (id) =>
      writing(nameTaken, () =>
        changing(async (transaction) => {
          const { id: known } = await one(transaction, checked(idSchema, id));
          await transaction.deleteFrom('rules').where('id', '=', known).execute();
          await number(
            transaction,
            (await rows(transaction).execute()).map((row) => row.id),
          );
        }),
      ),

    test: (id, input) =>
      reading(async () => {
        const { query, actions, position, ...options } = checked(storedRuleTrialSchema, input);
        const row = await one(db, checked(idSchema, id));
        const resolved = query === undefined ? row.resolved : await queries.resolve(query);
        const rule = ruleRecord({ ...row, resolved, actions: actions ?? row.actions });
        return tryRule(ports, rule, { ...options, position });
      }),

    testNew: (input) =>
      reading(async () => {
        const { query, actions, position, ...options } = checked(ruleTrialSchema, input);
        const resolved = await queries.resolve(query);
        const rule = ruleRecord({ id: '', name: '', revision: 1, live_since: new Date(now()), resolved, actions });
        return tryRule(ports, rule, { ...options, position });
      }),
  };
}

/** @throws Invalid for a channel that the organisation does not have */
async function knownChannel(
  transaction: Kysely<Database>,
  organizationId: string,
  { channel_id }: Pick<RuleActions, 'channel_id'>,
): Promise<void> {
  if (channel_id === null) return;
  const known = await transaction
    .selectFrom('notification_channels')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', channel_id)
    .executeTakeFirst();
  if (known !== undefined) return;
  const detail = `there is no channel ${channel_id}`;
  throw new Invalid({ field: 'actions.channel_id', code: 'unknown_channel', detail });
}

/** Moves a rule to a place from 1, or to the end. */
async function place(
  transaction: Kysely<Database>,
  organizationId: string,
  id: string,
  position: number,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from rules where organization_id = ${organizationId} and id <> ${id} order by position
  `.execute(transaction);
  await number(transaction, rows.map((row) => row.id).toSpliced(position - 1, 0, id));
}

async function number(transaction: Kysely<Database>, ids: readonly string[]): Promise<void> {
  await sql`
    update rules set position = given.position
    from unnest(${ids}::uuid[]) with ordinality as given (id, position)
    where rules.id = given.id and rules.position <> given.position
  `.execute(transaction);
}

function ruleOf(row: Selectable<Table>): OrganizationRule {
  const { id, name, query, actions, position, enabled, revision, created_at, updated_at } = row;
  return {
    id,
    name,
    query,
    actions,
    position,
    enabled,
    revision,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
