import type { Command } from 'commander';
import type { OrganizationRule } from '../../gateways/services/rules/rules.ts';
import type { RuleTrial } from '../../gateways/services/rules/trial.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { addRule, type AddOptions } from '../add-rule.ts';
import { applyRule } from '../apply-rule.ts';
import { enginesConfig } from '../engines-config.ts';
import { openRuleDesk, type RuleDesk } from '../rule-desk.ts';
import { type ActionOptions, actionsOf, addActionOptions, wholeNumber } from '../rule-options.ts';
import { drawRule, drawRules, drawTrial } from '../rule-output.ts';

const asListShows = 'as `rule list` shows it';

export function define(command: Command): void {
  command
    .command('list')
    .description('All rules, in the order in which they judge.')
    .option('--json', 'for programs')
    .action(list);
  command
    .command('show')
    .description('One rule, with all that it says.')
    .argument('<name>', asListShows)
    .option('--json', 'for programs')
    .action(show);
  addActionOptions(
    command
      .command('add')
      .description('Tell what a rule would do to the articles of before, then add it for those that come.')
      .argument('<name>', 'a name of its own')
      .requiredOption('--query <query>', 'what it selects, see docs/query-language.md'),
  )
    .option('--disabled', 'do not judge by it yet')
    .option('--dry-run', 'tell what it would do; add nothing')
    .option('--days <days>', 'how far back to look, by when articles were collected', wholeNumber, 7)
    .option('--limit <count>', 'examples at most', wholeNumber, 10)
    .option('--json', 'for programs')
    .action(add);
  command
    .command('enable')
    .description('Judge by a rule again, from now on.')
    .argument('<name>', asListShows)
    .option('--json', 'for programs')
    .action((name: string, options: Output) => switchOn(name, true, options));
  command
    .command('disable')
    .description('Judge by a rule no more; it is kept.')
    .argument('<name>', asListShows)
    .option('--json', 'for programs')
    .action((name: string, options: Output) => switchOn(name, false, options));
  command
    .command('remove')
    .description('Delete a rule. What it did to articles stays until `rule apply --all`.')
    .argument('<name>', asListShows)
    .option('--json', 'for programs')
    .action(remove);
  addActionOptions(
    command
      .command('test')
      .description('Tell what a rule would do to the articles of before; nothing is stored. Actions replace its own.')
      .argument('[name]', `${asListShows}; without it, a rule that is not stored`)
      .option('--query <query>', 'in place of what the rule says'),
  )
    .option('--days <days>', 'how far back to look, by when articles were collected', wholeNumber, 7)
    .option('--limit <count>', 'examples at most', wholeNumber, 10)
    .option('--json', 'for programs')
    .action(test);
  command
    .command('apply')
    .description('Apply a rule to the articles of before. May be left and asked for again: it goes on.')
    .argument('[name]', asListShows)
    .option('--all', 'apply all rules to all articles; also takes away what deleted ones did')
    .option('--no-wait', 'do not wait for the end')
    .option('--json', 'for programs')
    .action(applyRule);
}

interface Output {
  readonly json?: true;
}

const openDesk = (): Promise<RuleDesk> => openRuleDesk(enginesConfig(), createLogger('silent'));

async function list({ json }: Output): Promise<void> {
  await using desk = await openDesk();
  const rules = await desk.all();
  if (json === true) console.log(JSON.stringify(rules));
  else if (rules.length > 0) console.log(drawRules(rules));
  else
    console.log(
      'No rules yet. `npx mimir rule add NAME --query QUERY --tag TAG` adds one, with --dry-run it tries one.',
    );
}

async function show(name: string, { json }: Output): Promise<void> {
  await using desk = await openDesk();
  const rule = await desk.named(name);
  console.log(json === true ? JSON.stringify(rule) : drawRule(rule));
}

const forThoseThatCome =
  'It holds within two seconds for the articles that come; `npx mimir rule apply` is for those of before.';

async function add(name: string, options: AddOptions & Output): Promise<void> {
  await using desk = await openDesk();
  const isJson = options.json === true;
  let trial: RuleTrial | undefined;
  const rule = await addRule(desk, name, options, (told) => {
    trial = told;
    if (!isJson) console.log(drawTrial(told));
  });
  if (isJson) console.log(JSON.stringify({ rule, trial }));
  else console.log(`\n${rule === null ? 'Nothing was changed.' : addedWords(rule)}`);
}

function addedWords({ name, position, enabled }: OrganizationRule): string {
  const added = `Added ${name} at place ${position}`;
  return enabled ? `${added}. ${forThoseThatCome}` : `${added}, disabled: \`npx mimir rule enable\` has it judge.`;
}

async function switchOn(name: string, enabled: boolean, { json }: Output): Promise<void> {
  await using desk = await openDesk();
  const rule = await desk.rules.change((await desk.named(name)).id, { enabled });
  if (json === true) console.log(JSON.stringify(rule));
  else console.log(enabled ? `${name} is enabled. ${forThoseThatCome}` : `${name} is disabled. ${whatItDid}`);
}

const whatItDid = 'What it did to articles stays until they come again, or until `npx mimir rule apply --all`.';

async function remove(name: string, { json }: Output): Promise<void> {
  await using desk = await openDesk();
  const rule = await desk.named(name);
  await desk.rules.remove(rule.id);
  console.log(json === true ? JSON.stringify(rule) : `Removed ${name}. ${whatItDid}`);
}

interface TestOptions extends ActionOptions, Output {
  readonly query?: string;
  readonly position?: number;
  readonly days: number;
  readonly limit: number;
}

async function test(name: string | undefined, options: TestOptions): Promise<void> {
  await using desk = await openDesk();
  const trial = await tried(desk, name, options);
  console.log(options.json === true ? JSON.stringify(trial) : `${drawTrial(trial)}\n\nNothing was changed.`);
}

async function tried(desk: RuleDesk, name: string | undefined, options: TestOptions): Promise<RuleTrial> {
  const { query, position, days, limit } = options;
  const actions = await actionsOf(desk, options);
  const more = { days, limit, ...(position === undefined ? {} : { position }) };
  if (name === undefined) {
    if (query === undefined) throw new InputError('give the name of a rule, or --query and what it would do');
    return desk.rules.testNew({ query, actions, ...more });
  }
  const { id } = await desk.named(name);
  return desk.rules.test(id, {
    ...more,
    ...(query === undefined ? {} : { query }),
    ...(Object.keys(actions).length === 0 ? {} : { actions }),
  });
}
