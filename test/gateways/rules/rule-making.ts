import type { QueryDocument } from '../../../domain/query/document.ts';
import { compileRuleSet } from '../../../gateways/rules/compile.ts';
import type { RuleSet } from '../../../gateways/rules/rule.ts';
import type { RuleActions } from '../../../gateways/schema.ts';
import type { OrganizationRule } from '../../../schemas/types.ts';

export const acme = '00000000-0000-4000-8000-000000000001';
export const other = '22222222-2222-4222-8222-222222222222';

export const noActions: RuleActions = {
  tags: [],
  drop: false,
  priority: 0,
  route: null,
  channel_id: null,
  stop: false,
};

/** A rule as the topic has it. Its id is its name. */
export function ruleRecord(
  name: string,
  query: string,
  actions: Partial<RuleActions>,
  given: Partial<OrganizationRule> = {},
): OrganizationRule {
  return { rule_id: name, name, revision: 1, query, live_since: 0, ...noActions, ...actions, ...given };
}

export const ruleSet = (organizationId: string, ...rules: readonly OrganizationRule[]): RuleSet =>
  compileRuleSet({ organization_id: organizationId, revision: 1, rules, updated_at: 0 }, (rule, error) => {
    throw new Error(`${rule.name}: ${error.message}`);
  });

/** An article of which everything is known and nothing is found. */
export function queryDocument(given: Partial<QueryDocument> = {}): QueryDocument {
  return {
    id: '00000000-0000-5000-8000-000000000001',
    title: 'Harbour strike ends',
    summary: null,
    content: 'Dockers return to work on Monday.',
    language: 'en',
    feedIds: [],
    keys: ['tag=ports'],
    entityKeys: [],
    categories: [],
    storyIds: [],
    sentiment: null,
    quality: [],
    wordCount: 6,
    publishedAt: 0,
    collectedAt: 0,
    isCopy: false,
    vector: null,
    organizations: new Map(),
    parts: new Set(['categories', 'topics', 'relevance', 'story', 'vector']),
    ...given,
  };
}
