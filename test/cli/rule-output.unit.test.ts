import { expect, test } from 'vitest';
import { drawRule, drawRules } from '../../cli/rule-output.ts';
import type { OrganizationRule } from '../../gateways/services/rules/rules.ts';

const rule: OrganizationRule = {
  id: 'an id',
  name: 'Labour',
  query: 'strike -football',
  actions: { tags: ['labour', 'work'], drop: false, priority: -1, route: 'desk', channel_id: 'a channel', stop: true },
  position: 2,
  enabled: false,
  revision: 3,
  created_at: '2026-03-10T12:00:00.000Z',
  updated_at: '2026-03-11T12:00:00.000Z',
};

test('a rule is shown with all that it says', () => {
  expect(drawRule(rule).split('\n')).toEqual([
    'rule      Labour',
    'query     strike -football',
    'does      tag "labour", tag "work", priority -1, route desk, tell a channel, stop',
    'channel   a channel',
    'place     2',
    'state     disabled',
    'revision  3',
    'added     2026-03-10T12:00:00.000Z',
    'changed   2026-03-11T12:00:00.000Z',
  ]);
});

test('rules are listed with place, state and what they do', () => {
  const [head, line] = drawRules([rule]).split('\n');
  expect(head).toMatch(/^PLACE\s+RULE\s+STATE\s+DOES\s+QUERY/);
  expect(line).toMatch(/^\s+2\s+Labour\s+disabled\s+tag "labour", .*stop\s+strike -football/);
});
