import { NotFound } from '../services/faults.ts';
import type { NewRule, RuleChanges, RuleTrialInput, StoredRuleTrialInput } from '../services/rules/input.ts';
import type { SettingsList } from '../services/settings/settings-list.ts';
import { builder } from './builder.ts';
import { ruleConnection, ruleRunConnection } from './connections.ts';
import { toServiceInput } from './names.ts';
import { newRuleInput, ruleChangesInput, ruleRunType, ruleTrialInput, ruleTrialType, ruleType } from './rule-types.ts';

const found = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
const list = (args: object) => toServiceInput(args, { keepNull: false }) as SettingsList;

/** Actions are an object of its own, with names of its own. */
function ruleInput(input: object): unknown {
  const { actions, examples, ...rest } = toServiceInput(input, { keepNull: false });
  return {
    ...rest,
    ...(examples === undefined ? {} : { limit: examples }),
    ...(actions === undefined ? {} : { actions: toServiceInput(actions as object, { keepNull: false }) }),
  };
}

builder.queryFields((t) => {
  const pages = { first: t.arg.int({ description: '1 to 100; default 20' }), after: t.arg.string() };
  const id = { id: t.arg.id({ required: true }) };
  return {
    rules: t.field({
      type: ruleConnection,
      description: "The organisation's rules, in the order in which they judge",
      args: pages,
      resolve: (_root, args, { services }) => services.rules.list(list(args)),
    }),
    rule: t.field({
      type: ruleType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.rules.get(args.id)),
    }),
    ruleRuns: t.field({
      type: ruleRunConnection,
      description: 'Applications of rules to the articles of before, newest first',
      args: pages,
      resolve: (_root, args, { services }) => services.ruleRuns.list(list(args)),
    }),
    ruleRun: t.field({
      type: ruleRunType,
      nullable: true,
      args: id,
      resolve: (_root, args, { services }) => found(services.ruleRuns.get(args.id)),
    }),
  };
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  return {
    createRule: t.field({
      type: ruleType,
      args: { input: t.arg({ type: newRuleInput, required: true }) },
      resolve: (_root, { input }, { services }) => services.rules.create(ruleInput(input) as NewRule),
    }),
    updateRule: t.field({
      type: ruleType,
      args: { id, input: t.arg({ type: ruleChangesInput, required: true }) },
      resolve: (_root, args, { services }) => services.rules.change(args.id, ruleInput(args.input) as RuleChanges),
    }),
    deleteRule: t.id({
      description: 'The id of the rule that is gone',
      args: { id },
      async resolve(_root, args, { services }) {
        await services.rules.remove(args.id);
        return args.id;
      },
    }),
    testRule: t.field({
      type: ruleTrialType,
      description: 'What a rule would do to the articles of before; nothing is stored. Without an id, one that is new',
      args: { id: t.arg.id(), input: t.arg({ type: ruleTrialInput, required: true }) },
      resolve: (_root, args, { services }) =>
        args.id === undefined || args.id === null
          ? services.rules.testNew(ruleInput(args.input) as RuleTrialInput)
          : services.rules.test(args.id, ruleInput(args.input) as StoredRuleTrialInput),
    }),
    applyRule: t.field({
      type: ruleRunType,
      description: 'Applies a rule to the articles of before; without an id, all rules to all articles',
      args: { id: t.arg.id() },
      resolve: (_root, args, { services }) => services.ruleRuns.request(args.id ?? null),
    }),
    cancelRuleRun: t.field({
      type: ruleRunType,
      description: 'What is done stays done',
      args: { id },
      resolve: (_root, args, { services }) => services.ruleRuns.cancel(args.id),
    }),
  };
});
