import { type Kysely, type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database, RuleRuns as Table } from '../../schema.ts';
import { checked } from '../checked.ts';
import { Invalid, NotFound } from '../faults.ts';
import { notify } from '../notifications.ts';
import type { Page } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import { lockOrganization } from '../settings-outbox.ts';
import { idSchema } from '../text-schema.ts';
import { newestFirst, type SettingsList } from '../settings/settings-list.ts';

/** An application of rules to the articles of before. Times are ISO 8601 texts in UTC. */
export interface RuleRun {
  readonly id: string;
  /** Null: of all rules, over all articles. */
  readonly rule_id: string | null;
  readonly state: RunState;
  /** Articles to go through; null before it has begun. */
  readonly total: number | null;
  readonly judged: number;
  /** Of these, those to which the rules now do something else than before. */
  readonly changed: number;
  /** Why it failed. */
  readonly error: string | null;
  readonly requested_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export const runStates = ['waiting', 'running', 'done', 'cancelled', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** All methods throw Invalid for arguments that cannot be used, NotFound for unknown ids, Unavailable without Postgres. */
export interface RuleRuns {
  /**
   * Asks for the articles of before to be judged again, by all rules in their order: those that the rule selects, and
   * those to which it has done something. What it asks for is under way already: then that run is answered. An earlier
   * run for other settings of the same rule ends.
   *
   * @param ruleId null: all articles
   */
  request(ruleId: string | null): Promise<RuleRun>;
  get(id: string): Promise<RuleRun>;
  /** Newest first. */
  list(input: SettingsList): Promise<Page<RuleRun>>;
  /** What is done stays done. */
  cancel(id: string): Promise<RuleRun>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
}

/** They are worked off one batch after the other: more would only wait. */
const maxOpenRuns = 10;

export function openRuleRuns({ db, organizationId }: Ports): RuleRuns {
  const rows = (from: Kysely<Database>) =>
    from.selectFrom('rule_runs').selectAll().where('organization_id', '=', organizationId);

  const one = async (from: Kysely<Database>, id: string) => {
    const row = await rows(from).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new NotFound('run', id);
    return row;
  };

  return {
    request: (given) =>
      reading(async () => {
        const ruleId = given === null ? null : checked(idSchema, given);
        await endEarlier(db, organizationId, ruleId);
        return db.transaction().execute(async (transaction) => {
          await lockOrganization(transaction, organizationId);
          if (ruleId !== null) await knownRule(transaction, organizationId, ruleId);
          const revision = await revisionOf(transaction, organizationId);
          const open = await rows(transaction).where('state', 'in', ['waiting', 'running']).execute();
          const same = open.find((run) => run.rule_id === ruleId && run.rules_revision === revision);
          if (same !== undefined) return runOf(same);
          if (open.length >= maxOpenRuns) throw tooManyRuns;
          const id = v7();
          await transaction
            .insertInto('rule_runs')
            .values({ id, organization_id: organizationId, rule_id: ruleId, rules_revision: revision })
            .execute();
          await notify(transaction, 'ruleRuns');
          return runOf(await one(transaction, id));
        });
      }),

    get: (id) => reading(async () => runOf(await one(db, checked(idSchema, id)))),

    list: (input) => reading(() => newestFirst('rule-runs', input, rows(db), runOf)),

    cancel: (id) =>
      reading(async () => {
        const { id: known } = await one(db, checked(idSchema, id));
        await cancelRun(db, known);
        return runOf(await one(db, known));
      }),
  };
}

const tooManyRuns = new Invalid({
  field: '',
  code: 'too_many',
  detail: `an organisation has ${maxOpenRuns} runs under way at most`,
});

async function knownRule(db: Kysely<Database>, organizationId: string, id: string): Promise<void> {
  const row = await db
    .selectFrom('rules')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('rule', id);
}

async function revisionOf(db: Kysely<Database>, organizationId: string): Promise<number> {
  const row = await db
    .selectFrom('rule_sets')
    .select('revision')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

/**
 * Waits for the batch under way, which needs the organisation: so not while it is locked. A run that is over stays as it
 * is.
 */
async function cancelRun(db: Kysely<Database>, id: string): Promise<void> {
  await sql`
    update rule_runs set state = 'cancelled', finished_at = now() where id = ${id} and state in ('waiting', 'running')
  `.execute(db);
}

/** Runs of the rule by settings that hold no more. */
async function endEarlier(db: Kysely<Database>, organizationId: string, ruleId: string | null): Promise<void> {
  await sql`
    update rule_runs run set state = 'cancelled', finished_at = now()
    from rule_sets
    where run.organization_id = ${organizationId} and rule_sets.organization_id = run.organization_id
      and run.state in ('waiting', 'running') and run.rule_id is not distinct from ${ruleId}
      and run.rules_revision < rule_sets.revision
  `.execute(db);
}

function runOf(row: Selectable<Table>): RuleRun {
  const { id, rule_id, state, total, judged, changed, error } = row;
  return {
    id,
    rule_id,
    state,
    total,
    judged,
    changed,
    error,
    requested_at: row.requested_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
