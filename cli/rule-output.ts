import type { RuleActions } from '../gateways/schema.ts';
import type { OrganizationRule } from '../gateways/services/rules/rules.ts';
import type { RuleTrial, TrialMarks } from '../gateways/services/rules/trial.ts';
import { table } from './table.ts';

export const drawRules = (rules: readonly OrganizationRule[]): string =>
  table(['PLACE', 'RULE', 'STATE', 'DOES', 'QUERY'], rules.map(row));

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

export function drawRule(rule: OrganizationRule): string {
  const { name, query, actions, position, enabled, revision, created_at, updated_at } = rule;
  const lines = [
    ['rule', name],
    ['query', query],
    ['does', wordsOf(actions)],
    ...(actions.channel_id === null ? [] : [['channel', actions.channel_id]]),
    ['place', position],
    ['state', enabled ? 'enabled' : 'disabled'],
    ['revision', revision],
    ['added', created_at],
    ['changed', updated_at],
  ];
  return lines.map(([what, value]) => `${String(what).padEnd(10)}${value}`).join('\n');
}

/** What a rule would do; nothing of it is done. */
export function drawTrial({ days, matched, judged, changes, examples }: RuleTrial): string {
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
