import { z } from 'zod';
import { priorities } from '../../domain/priority.ts';
import { newRuleSchema, ruleChangesSchema, ruleTrialSchema, storedRuleTrialSchema } from '../services/rules/input.ts';
import { type RuleRun, runStates } from '../services/rules/runs.ts';
import type { RuleTrial } from '../services/rules/trial.ts';
import { idSchema } from '../services/text-schema.ts';
import { settingsListSchema } from '../services/settings/settings-list.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { resourceRoutes } from './resource-routes.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const actionsSchema = z.strictObject({
  tags: z.array(text),
  drop: z.boolean(),
  priority: z.int(),
  route: text.nullable(),
  channel_id: text.nullable(),
  stop: z.boolean(),
});

const ruleSchema = resourceSchema(
  'rules',
  z.strictObject({
    name: text,
    query: text.describe('As it was written'),
    actions: actionsSchema,
    position: z.int().describe('In the order of judging, from 1'),
    enabled: z.boolean(),
    revision: z.int().describe('Grows when it selects or does something else'),
    created_at: time,
    updated_at: time,
  }),
).meta({ id: 'Rule' });

const runSchema = resourceSchema(
  'rule-runs',
  z.strictObject({
    rule_id: text.nullable().describe('Null: all rules, over all articles'),
    state: z.enum(runStates),
    total: z.int().nullable().describe('Articles to go through; null before it has begun'),
    judged: z.int(),
    changed: z.int().describe('Of these, those to which the rules now do something else than before'),
    error: text.nullable().describe('Why it failed'),
    requested_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
  }),
).meta({ id: 'RuleRun' });

const trialMarks = z.strictObject({
  tags: z.array(text),
  dropped: z.boolean(),
  priority: z.enum(priorities),
  routes: z.array(text),
});
const trialSchema = resourceSchema(
  'rule-trials',
  z.strictObject({
    days: z.int(),
    matched: z.int().describe('Articles that its query selects among those collected in these days'),
    judged: z
      .int()
      .describe(
        'The newest of these, and of those that it has marked, for which it was worked out what would change: 500 at most',
      ),
    changes: z
      .strictObject({
        changed: z.int(),
        tagged: z.int(),
        untagged: z.int(),
        dropped: z.int(),
        undropped: z.int(),
        raised: z.int(),
        lowered: z.int(),
        routed: z.int(),
        unrouted: z.int(),
      })
      .describe('Numbers of articles, against what the rules have done to them so far'),
    examples: z.array(
      z.strictObject({
        id: text,
        title: text,
        url: text,
        published_at: time,
        before: trialMarks,
        after: trialMarks,
      }),
    ),
  }),
).meta({ id: 'RuleTrial' });

const runResource = ({ id, ...attributes }: RuleRun): Resource => {
  return { type: 'rule-runs', id, attributes: { ...attributes }, relationships: {} };
};
const trialResource = (id: string, { examples, ...attributes }: RuleTrial): Resource => ({
  type: 'rule-trials',
  id,
  attributes: {
    ...attributes,
    examples: examples.map(({ article: { id: articleId, title, url, published_at }, before, after }) => {
      return { id: articleId, title, url, published_at, before, after };
    }),
  },
  relationships: {},
});

const holds = 'It holds within two seconds for the articles that come; `apply` applies it to those of before.';

const rules = resourceRoutes({
  type: 'rules',
  operations: ['Rule', 'Rules'],
  nouns: ['rule', 'rules'],
  schema: ruleSchema,
  newSchema: newRuleSchema,
  changesSchema: ruleChangesSchema,
  words: {
    create: {
      summary: 'Add a rule that tags, drops, raises or sends on the articles that its query selects',
      description: holds,
    },
    list: { summary: "List the organisation's rules, in the order in which they judge" },
    change: {
      summary: 'Change a rule, or its place in the order',
      description: `Attributes that are left out stay; actions are replaced as a whole. ${holds}`,
    },
    remove: {
      description: 'What it did to articles stays until they are judged again: `POST /api/v1/rules/apply` judges all.',
    },
  },
  service: (services) => services.rules,
});

const tryDescription =
  'Nothing is stored and nobody is told. The rules are judged as they would be with it, each in its place.';

const tryNew = route({
  method: 'post',
  path: '/api/v1/rules/test',
  operationId: 'testNewRule',
  tag: 'rules',
  summary: 'Tell what a rule would do to the articles of before, without saving it',
  description: tryDescription,
  body: { kind: 'resource', type: 'rule-trials', attributes: ruleTrialSchema },
  reply: { describes: 'What it would do', document: documentSchema(trialSchema), status: 200 },
  async handle({ attributes, requestId }, services) {
    return { kind: 'resource', resource: trialResource(requestId, await services.rules.testNew(attributes)) };
  },
});

const tryStored = route({
  method: 'post',
  path: '/api/v1/rules/{id}/test',
  operationId: 'testRule',
  tag: 'rules',
  summary: 'Tell what a rule, or a change of it, would do to the articles of before',
  description: `What is given is tried in place of what the rule says. ${tryDescription}`,
  params,
  body: { kind: 'resource', type: 'rule-trials', attributes: storedRuleTrialSchema },
  reply: { describes: 'What it would do', document: documentSchema(trialSchema), status: 200 },
  async handle({ params: { id }, attributes, requestId }, services) {
    return { kind: 'resource', resource: trialResource(requestId, await services.rules.test(id, attributes)) };
  },
});

const applyDescription =
  'Articles are judged again by all rules in their order, a batch after the other; `GET /api/v1/rule-runs/{id}` tells how far that is. A run that is under way already for the same rules is answered. Notification channels are told of nothing.';

const apply = route({
  method: 'post',
  path: '/api/v1/rules/{id}/apply',
  operationId: 'applyRule',
  tag: 'rules',
  summary: 'Apply a rule, as it is now, to the articles of before',
  description: `Those that it selects, and those to which it has done something. ${applyDescription}`,
  params,
  reply: { describes: 'The run', document: documentSchema(runSchema), status: 202 },
  async handle({ params: { id } }, { ruleRuns }) {
    return { kind: 'resource', resource: runResource(await ruleRuns.request(id)) };
  },
});

const applyAll = route({
  method: 'post',
  path: '/api/v1/rules/apply',
  operationId: 'applyRules',
  tag: 'rules',
  summary: 'Apply all rules, as they are now, to all articles',
  description: `Also takes away what deleted rules did. ${applyDescription}`,
  reply: { describes: 'The run', document: documentSchema(runSchema), status: 202 },
  async handle(_input, { ruleRuns }) {
    return { kind: 'resource', resource: runResource(await ruleRuns.request(null)) };
  },
});

const listRuns = route({
  method: 'get',
  path: '/api/v1/rule-runs',
  operationId: 'listRuleRuns',
  tag: 'rules',
  summary: 'List applications of rules to the articles of before, newest first',
  query: settingsListSchema,
  reply: { describes: 'A page of runs', document: collectionSchema(runSchema) },
  async handle({ query, self }, { ruleRuns }) {
    const page = await ruleRuns.list(query);
    const resources = page.items.map(({ item }) => runResource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const readRun = route({
  method: 'get',
  path: '/api/v1/rule-runs/{id}',
  operationId: 'getRuleRun',
  tag: 'rules',
  summary: 'Read how far an application of rules is',
  params,
  reply: { describes: 'The run', document: documentSchema(runSchema) },
  async handle({ params: { id } }, { ruleRuns }) {
    return { kind: 'resource', resource: runResource(await ruleRuns.get(id)) };
  },
});

const cancelRun = route({
  method: 'post',
  path: '/api/v1/rule-runs/{id}/cancel',
  operationId: 'cancelRuleRun',
  tag: 'rules',
  summary: 'End an application of rules',
  description: 'What is done stays done; a run that is over stays as it is.',
  params,
  reply: { describes: 'The run', document: documentSchema(runSchema), status: 200 },
  async handle({ params: { id } }, { ruleRuns }) {
    return { kind: 'resource', resource: runResource(await ruleRuns.cancel(id)) };
  },
});

export const ruleRoutes = [...rules.routes, tryNew, applyAll, tryStored, apply, listRuns, readRun, cancelRun];
