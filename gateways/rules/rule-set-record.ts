import type { Kysely } from 'kysely';
import type { OrganizationRule, RuleSet } from '../../schemas/types.ts';
import type { Database, RuleActions } from '../schema.ts';

/** The rules of an organisation as the topic rule-set has them; none where it never had any. */
export async function ruleSetRecord(db: Kysely<Database>, organizationId: string): Promise<RuleSet> {
  const set = await db
    .selectFrom('rule_sets')
    .select(['revision', 'updated_at'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('rules')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('enabled', '=', true)
    .orderBy('position')
    .execute();
  return {
    organization_id: organizationId,
    revision: set?.revision ?? 0,
    rules: rows.map(ruleRecord),
    updated_at: set?.updated_at.getTime() ?? 0,
  };
}

/** A rule as the topic has it. */
export function ruleRecord(row: {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly resolved: string;
  readonly actions: RuleActions;
  readonly live_since: Date;
}): OrganizationRule {
  const { id, name, revision, resolved, actions, live_since } = row;
  return { rule_id: id, name, revision, query: resolved, ...actions, live_since: live_since.getTime() };
}
