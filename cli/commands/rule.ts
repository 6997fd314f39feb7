import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { RuleActions } from '../../gateways/schema.ts';
import type { OrganizationRule } from '../../gateways/services/rules/rules.ts';
import type { RuleRun } from '../../gateways/services/rules/runs.ts';
import type { RuleTrial, TrialMarks } from '../../gateways/services/rules/trial.ts';
import { inStep, silentProgress, type Step, streamProgress } from '../../infra/local/progress.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { enginesConfig } from '../engines-config.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { openRuleDesk, type RuleDesk } from '../rule-desk.ts';
import { table } from '../table.ts';

export function define(command: Command): void {
  command
    .command('list')
    .description('All rules, in the order in which they judge.')
    .option('--json', 'for programs')
    .action(list);
  command
    .command('test')
    .description('Tell what a rule would do to the articles of before; nothing is stored.')
    .argument('[name]', 'as `rule list` shows it; without it, a rule that is not stored')
    .option('--query <query>', 'in place of what the rule says')
    .option('--tag <tag...>', 'actions, in place of those that the rule has: tags to add')
    .option('--drop', 'leave it out of lists and searches')
    .option('--priority <steps>', 'raise it so many steps; lower it where below 0', wholeNumber)
    .option('--route <name>', 'tell of it on the topic article-routed under this name')
    .option('--stop', 'the rules behind it do not judge it')
    .option('--position <place>', 'where it would stand, from 1', wholeNumber)
    .option('--days <days>', 'how far back to look, by when articles were collected', wholeNumber, 7)
    .option('--limit <count>', 'examples at most', wholeNumber, 10)
    .option('--json', 'for programs')
    .action(test);
  command
    .command('apply')
    .description('Apply a rule to the articles of before. May be left and asked for again: it goes on.')
    .argument('[name]', 'as `rule list` shows it')
    .option('--all', 'apply all rules to all articles; also takes away what deleted ones did')
    .option('--no-wait', 'do not wait for the end')
    .option('--json', 'for programs')
    .action(apply);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError('It should be a whole number.');
  return number;
}

async function list(options: { json?: true }): Promise<void> {
  await using desk = await openRuleDesk(enginesConfig(), createLogger('silent'));
  const rules = await desk.all();
  if (options.json === true) {
    console.log(JSON.stringify(rules));
  } else if (rules.length === 0) {
    console.log('No rules yet. POST /api/v1/rules adds one; `npx mimir rule test --query QUERY --drop` tries one.');
  } else {
    console.log(table(['PLACE', 'RULE', 'STATE', 'DOES', 'QUERY'], rules.map(row)));
  }
}

function row({ position, name, enabled, actions, query }: OrganizationRule): readonly (string | number)[] {
  return [position, name, enabled ? 'enabled' : 'disabled', wordsOf(actions), query];
}

function wordsOf({ tags, drop, priority, route, channel_id, stop }: RuleActions): string {
  return [
    ...tags.map((tag) => `tag "${tag}"`),
    ...(drop ? ['drop'] : []),
    ...(priority === 0 ? [] : [`priority ${priority > 0 ? '+' : ''}${priority}`]),
    ...(route === null ? [] : [`route ${route}`]),
    ...(channel_id === null ? [] : ['tell a channel']),
    ...(stop ? ['stop'] : []),
  ].join(', ');
}

interface TestOptions {
  readonly query?: string;
  readonly tag?: string[];
  readonly drop?: true;
  readonly priority?: number;
  readonly route?: string;
  readonly stop?: true;
  readonly position?: number;
  readonly days: number;
  readonly limit: number;
  readonly json?: true;
}

async function test(name: string | undefined, options: TestOptions): Promise<void> {
  await using desk = await openRuleDesk(enginesConfig(), createLogger('silent'));
  const trial = await tried(desk, name, options);
  console.log(options.json === true ? JSON.stringify(trial) : draw(trial));
}

async function tried(desk: RuleDesk, name: string | undefined, options: TestOptions): Promise<RuleTrial> {
  const { query, tag, drop, priority, route, stop, position, days, limit } = options;
  const given = { tags: tag, drop, priority, route, stop };
  const actions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
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

function draw({ days, matched, judged, changes, examples }: RuleTrial): string {
  const { changed, ...kinds } = changes;
  const counts = Object.entries(kinds).flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind}`]));
  const rows = examples.map(({ article, before, after }) => [
    article.published_at.slice(0, 16).replace('T', ' '),
    marksOf(before),
    marksOf(after),
    article.title,
  ]);
  return [
    `It selects ${matched} of the articles that were collected in the last ${days} days.`,
    `Of the newest ${judged} that it selects or has marked, something else would be done to ${changed}${counts.length === 0 ? '.' : `: ${counts.join(', ')}.`}`,
    ...(rows.length === 0 ? [] : ['', table(['PUBLISHED', 'SO FAR', 'THEN', 'TITLE'], rows)]),
    '',
    'Nothing was changed.',
  ].join('\n');
}

function marksOf({ tags, dropped, priority, routes }: TrialMarks): string {
  const words = [
    ...tags.map((tag) => `"${tag}"`),
    ...(dropped ? ['dropped'] : []),
    ...(priority === 'normal' ? [] : [priority]),
    ...routes.map((route) => `→ ${route}`),
  ];
  return words.length === 0 ? '–' : words.join(', ');
}

const pollMs = 250;
/** Somebody takes a run up within seconds, where anybody does. */
const patienceMs = 15_000;

async function apply(name: string | undefined, options: { all?: true; wait: boolean; json?: true }): Promise<void> {
  if ((name === undefined) === (options.all === undefined)) {
    throw new InputError('give either the name of a rule or --all');
  }
  await using desk = await openRuleDesk(enginesConfig(), createLogger('silent'));
  const ruleId = name === undefined ? null : (await desk.named(name)).id;
  const asked = await desk.runs.request(ruleId);
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const title = name === undefined ? 'applying all rules' : `applying ${name}`;
  const run = options.wait ? await inStep(progress, title, (step) => untilOver(desk, asked, step)) : asked;
  console.log(options.json === true ? JSON.stringify(run) : told(run));
  if (run.state === 'failed' || run.state === 'cancelled') process.exitCode = exitCodeOf('failed');
}

async function untilOver(desk: RuleDesk, asked: RuleRun, step: Step): Promise<RuleRun> {
  let run = asked;
  while (run.state === 'waiting' || run.state === 'running') {
    step.detail(detailOf(run));
    await sleep(pollMs);
    run = await desk.runs.get(run.id);
  }
  return run;
}

function detailOf({ state, judged, total, requested_at }: RuleRun): string {
  if (state === 'running') return `${judged} of ${total ?? '?'} articles`;
  return Date.now() - Date.parse(requested_at) < patienceMs
    ? 'waiting for its turn'
    : 'waiting; is rule-applier running? `npx mimir status` tells';
}

function told({ state, judged, changed, error }: RuleRun): string {
  if (state === 'waiting' || state === 'running')
    return 'It is under way; the same command without --no-wait follows it.';
  const counts = `${judged} articles judged, something else done to ${changed}`;
  if (state === 'done') return `${counts}.`;
  return state === 'failed' ? `It failed after ${counts}: ${error ?? ''}` : `It was cancelled after ${counts}.`;
}
