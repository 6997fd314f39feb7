import type { RuleActions } from '../schema.ts';
import type { OrganizationRule } from '../services/rules/rules.ts';
import { type RuleRun, runStates } from '../services/rules/runs.ts';
import type { RuleTrial, TrialExample, TrialMarks } from '../services/rules/trial.ts';
import { articleType } from './article-types.ts';
import { builder, dateTime } from './builder.ts';

const actionsType = builder.objectRef<RuleActions>('RuleActions').implement({
  fields: (t) => ({
    tags: t.exposeStringList('tags'),
    drop: t.exposeBoolean('drop'),
    priority: t.exposeInt('priority', { description: 'Steps up; below 0 down' }),
    route: t.exposeString('route', { nullable: true }),
    channelId: t.exposeID('channel_id', { nullable: true }),
    stop: t.exposeBoolean('stop'),
  }),
});

export const ruleType = builder.objectRef<OrganizationRule>('Rule');
ruleType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    query: t.exposeString('query', { description: 'As it was written' }),
    actions: t.field({ type: actionsType, resolve: ({ actions }) => actions }),
    position: t.exposeInt('position', { description: 'In the order of judging, from 1' }),
    enabled: t.exposeBoolean('enabled'),
    revision: t.exposeInt('revision', { description: 'Grows when it selects or does something else' }),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

const stateType = builder.enumType('RuleRunState', { values: runStates });

export const ruleRunType = builder.objectRef<RuleRun>('RuleRun');
ruleRunType.implement({
  description: 'An application of rules to the articles of before',
  fields: (t) => ({
    id: t.exposeID('id'),
    ruleId: t.exposeID('rule_id', { nullable: true, description: 'Null: all rules, over all articles' }),
    state: t.expose('state', { type: stateType }),
    total: t.exposeInt('total', { nullable: true, description: 'Articles to go through; null before it has begun' }),
    judged: t.exposeInt('judged'),
    changed: t.exposeInt('changed', { description: 'To which the rules now do something else than before' }),
    error: t.exposeString('error', { nullable: true }),
    requestedAt: t.expose('requested_at', { type: dateTime }),
    startedAt: t.expose('started_at', { type: dateTime, nullable: true }),
    finishedAt: t.expose('finished_at', { type: dateTime, nullable: true }),
  }),
});

const changesType = builder.objectRef<RuleTrial['changes']>('RuleTrialChanges').implement({
  description: 'Numbers of articles, against what the rules have done to them so far',
  fields: (t) => ({
    changed: t.exposeInt('changed'),
    tagged: t.exposeInt('tagged'),
    untagged: t.exposeInt('untagged'),
    dropped: t.exposeInt('dropped'),
    undropped: t.exposeInt('undropped'),
    raised: t.exposeInt('raised'),
    lowered: t.exposeInt('lowered'),
    routed: t.exposeInt('routed'),
    unrouted: t.exposeInt('unrouted'),
  }),
});

const trialMarksType = builder.objectRef<TrialMarks>('RuleTrialMarks').implement({
  description: 'What the rules, all together, do to an article',
  fields: (t) => ({
    tags: t.exposeStringList('tags'),
    dropped: t.exposeBoolean('dropped'),
    priority: t.string({ description: 'low, normal, high or urgent', resolve: ({ priority }) => priority }),
    routes: t.exposeStringList('routes'),
  }),
});

const exampleType = builder.objectRef<TrialExample>('RuleTrialExample').implement({
  fields: (t) => ({
    article: t.field({ type: articleType, resolve: ({ article }) => article }),
    before: t.field({ type: trialMarksType, resolve: ({ before }) => before }),
    after: t.field({ type: trialMarksType, resolve: ({ after }) => after }),
  }),
});

export const ruleTrialType = builder.objectRef<RuleTrial>('RuleTrial').implement({
  description: 'What a rule would do to the articles of before; nothing is stored',
  fields: (t) => ({
    days: t.exposeInt('days'),
    matched: t.exposeInt('matched', { description: 'Of the articles collected in these days' }),
    judged: t.exposeInt('judged', { description: 'The newest, for which it was worked out what would change' }),
    changes: t.field({ type: changesType, resolve: ({ changes }) => changes }),
    examples: t.field({ type: [exampleType], resolve: ({ examples }) => examples }),
  }),
});

const actionsInput = builder.inputType('RuleActionsInput', {
  fields: (t) => ({
    tags: t.stringList(),
    drop: t.boolean(),
    priority: t.int(),
    route: t.string(),
    channelId: t.id(),
    stop: t.boolean(),
  }),
});

export const newRuleInput = builder.inputType('NewRule', {
  fields: (t) => ({
    name: t.string({ required: true }),
    query: t.string({ required: true }),
    actions: t.field({ type: actionsInput, required: true }),
    position: t.int({ description: 'The last unless told' }),
    enabled: t.boolean(),
  }),
});

export const ruleChangesInput = builder.inputType('RuleChanges', {
  description: 'What is left out stays; actions are replaced as a whole',
  fields: (t) => ({
    name: t.string(),
    query: t.string(),
    actions: t.field({ type: actionsInput }),
    position: t.int(),
    enabled: t.boolean(),
  }),
});

export const ruleTrialInput = builder.inputType('RuleTrialInput', {
  description: 'Of a stored rule, what is given is tried in place of what it says',
  fields: (t) => ({
    query: t.string(),
    actions: t.field({ type: actionsInput }),
    position: t.int(),
    days: t.int({ description: 'Default: 7' }),
    examples: t.int({ description: 'At most so many; default 10' }),
  }),
});
