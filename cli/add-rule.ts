import type { OrganizationRule } from '../gateways/services/rules/rules.ts';
import type { RuleTrial } from '../gateways/services/rules/trial.ts';
import type { RuleDesk } from './rule-desk.ts';
import { type ActionOptions, actionsOf } from './rule-options.ts';

export interface AddOptions extends ActionOptions {
  readonly query: string;
  readonly position?: number;
  readonly disabled?: true;
  readonly days: number;
  readonly limit: number;
  readonly dryRun?: true;
}

/**
 * Tells what a rule would do to the articles of before, then adds it.
 *
 * @param onTrial called before anything is stored
 * @returns the rule as it was stored; null after a dry run
 * @throws InputError, Invalid for what cannot be used; nothing is stored then
 */
export async function addRule(
  desk: Pick<RuleDesk, 'rules' | 'channelNamed'>,
  name: string,
  options: AddOptions,
  onTrial: (trial: RuleTrial) => void,
): Promise<OrganizationRule | null> {
  const { query, position, disabled, days, limit, dryRun } = options;
  const actions = await actionsOf(desk, options);
  const rule = { query, actions, ...(position === undefined ? {} : { position }) };
  onTrial(await desk.rules.testNew({ ...rule, days, limit }));
  return dryRun === true ? null : desk.rules.create({ ...rule, name, enabled: disabled !== true });
}
