import { valueKey } from '../../domain/query/article-keys.ts';
import { parseCanonical } from '../../domain/query/parse.ts';
import { planQuery } from '../../domain/query/plan.ts';
import { QuerySyntaxError } from '../../domain/query/syntax-error.ts';
import type { OrganizationRule, RuleSet as RuleSetRecord } from '../../schemas/types.ts';
import type { RuleActions } from '../schema.ts';
import type { Rule, RuleSet } from './rule.ts';

/**
 * Reads the rules of an organisation as the topic or the database has them. A rule that this build cannot read selects
 * nothing: it is left out, and told.
 */
export function compileRuleSet(
  { organization_id, revision, updated_at, rules }: RuleSetRecord,
  onUnreadable: (rule: OrganizationRule, error: QuerySyntaxError) => void,
): RuleSet {
  return {
    organizationId: organization_id,
    revision,
    updatedAt: updated_at,
    rules: rules.flatMap((rule) => {
      try {
        return [compileRule(rule)];
      } catch (error) {
        if (!(error instanceof QuerySyntaxError)) throw error;
        onUnreadable(rule, error);
        return [];
      }
    }),
  };
}

/** @throws QuerySyntaxError */
function compileRule({ rule_id, name, revision, query: text, live_since, ...rest }: OrganizationRule): Rule {
  const actions: RuleActions = { ...rest };
  const query = parseCanonical(text);
  planQuery(query);
  return { id: rule_id, name, revision, query, actions, tagKeys: tagKeysOf(actions.tags), liveSince: live_since };
}

/** As queries compare tags. */
export const tagKeysOf = (tags: readonly string[]): readonly string[] => [
  ...new Set(tags.map((tag) => valueKey('tag', tag))),
];
