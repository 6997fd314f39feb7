import { afterAll, beforeAll, expect, test } from 'vitest';
import { addRule, type AddOptions } from '../../cli/add-rule.ts';
import { openRuleDesk, type RuleDesk } from '../../cli/rule-desk.ts';
import { Invalid } from '../../gateways/services/faults.ts';
import type { RuleTrial } from '../../gateways/services/rules/trial.ts';
import { channelsOf } from '../gateways/notify/notifying.ts';
import { enriched } from '../gateways/views/messages.ts';
import { openWorld, type World } from '../gateways/world.ts';

let world: World;
let desk: RuleDesk;

beforeAll(async () => {
  world = await openWorld();
  const said = enriched(1, 1, { title: 'A strike at the harbour' });
  await world.store([{ ...said, article: { ...said.article, fetched_at: Date.now() } }]);
  desk = await openRuleDesk(world.runtime.config, world.runtime.log);
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function add(name: string, options: Partial<AddOptions>) {
  const trials: RuleTrial[] = [];
  const rule = await addRule(desk, name, { query: 'strike', days: 7, limit: 10, ...options }, (trial) => {
    trials.push(trial);
  });
  return { rule, matched: trials.map(({ matched }) => matched), stored: (await desk.all()).length };
}

test('a dry run tells what a rule would do, and stores nothing', async () => {
  expect(await add('Labour', { tag: ['labour'], dryRun: true })).toEqual({ rule: null, matched: [1], stored: 0 });
});

test('a rule is added with what its options say, behind what it would do', async () => {
  const channel = await channelsOf(world).create({ name: 'desk', kind: 'log' });
  const { rule, matched } = await add('Labour', { tag: ['labour'], priority: 1, channel: 'desk', disabled: true });
  expect(matched).toEqual([1]);
  expect(rule).toMatchObject({ name: 'Labour', query: 'strike', enabled: false, position: 1 });
  expect(rule?.actions).toEqual({
    tags: ['labour'],
    drop: false,
    priority: 1,
    route: null,
    channel_id: channel.id,
    stop: false,
  });
  expect((await add('First', { drop: true, position: 1 })).rule).toMatchObject({ position: 1, enabled: true });
  expect((await desk.all()).map(({ name }) => name)).toEqual(['First', 'Labour']);
});

test('a rule that does nothing, a channel and a query that cannot be used are refused, and nothing is stored', async () => {
  const before = (await desk.all()).length;
  await expect(add('Idle', {})).rejects.toThrow('should do something');
  await expect(add('Lost', { channel: 'nowhere' })).rejects.toThrow('there is no channel named nowhere');
  await expect(add('Broken', { query: '(strike', drop: true })).rejects.toBeInstanceOf(Invalid);
  await expect(add('Labour', { drop: true })).rejects.toThrow('another rule of the organisation has this name');
  expect((await desk.all()).length).toBe(before);
});
