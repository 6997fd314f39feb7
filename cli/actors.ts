import { lookoutOver } from '../gateways/alerts/lookout.ts';
import { feedHealth } from '../gateways/feed-health/feed-health.ts';
import { graphqlOver } from '../gateways/graphql/graphql.ts';
import { metrics } from '../gateways/metrics/metrics.ts';
import { metricsRoller } from '../gateways/metrics/roller.ts';
import { notify } from '../gateways/notify/notify.ts';
import { outbox } from '../gateways/outbox/outbox.ts';
import { reporter } from '../gateways/reports/reporter.ts';
import { restOver } from '../gateways/rest/rest.ts';
import { ruleApplier } from '../gateways/rules/rule-applier.ts';
import { scheduler } from '../gateways/scheduler/scheduler.ts';
import { views } from '../gateways/views/views.ts';
import { watch } from '../gateways/watch/watch.ts';
import { sourceTrials } from './source-trials.ts';
import { pipeline } from '../processors/pipeline.ts';
import { InputError } from '../streams/errors.ts';
import type { ServiceDefinition } from '../streams/service.ts';
import type { StageDefinition } from '../streams/stage.ts';

/** Everything that consumes topics: what the topology shows and what can be replayed. */
export const stages: readonly StageDefinition[] = [...pipeline, ...views, metrics, feedHealth, watch];

export const services: readonly ServiceDefinition[] = [
  scheduler,
  outbox,
  metricsRoller,
  notify,
  reporter,
  ruleApplier,
  lookoutOver(stages),
  restOver(sourceTrials),
  graphqlOver(sourceTrials),
];

/** All that `mimir run` can run. */
export const actorNames: readonly string[] = [...stages, ...services].map(({ name }) => name);

/**
 * How `mimir up` spreads the actors over processes on one machine: few, since each costs memory and a second of start,
 * yet apart where one may starve or crash the other. Every one of them can also be run alone.
 */
export const processGroups: readonly { readonly name: string; readonly actors: readonly string[] }[] = [
  { name: 'collect', actors: ['collect', 'feed-health', 'outbox', 'scheduler'] },
  { name: 'process', actors: pipeline.map(({ name }) => name).filter((name) => name !== 'collect') },
  { name: 'views', actors: [...views.map(({ name }) => name), 'metrics', 'metrics-roller'] },
  { name: 'watch', actors: ['watch', 'lookout', 'notify', 'reports', 'rule-applier'] },
  { name: 'serve', actors: ['rest', 'graphql'] },
];

/** @throws InputError for a name that does not exist */
export function actorsNamed(names: readonly string[]): {
  readonly stages: readonly StageDefinition[];
  readonly services: readonly ServiceDefinition[];
} {
  const unknown = names.filter((name) => !actorNames.includes(name));
  if (unknown.length > 0) {
    throw new InputError(
      `there is no stage or gateway named ${unknown.join(', ')}; there are: ${actorNames.join(', ')}`,
    );
  }
  return {
    stages: stages.filter(({ name }) => names.includes(name)),
    services: services.filter(({ name }) => names.includes(name)),
  };
}

/** @throws InputError for a name that does not exist */
export function stageNamed(name: string): StageDefinition {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage === undefined) {
    throw new InputError(`there is no stage named ${name}; there are: ${stages.map((each) => each.name).join(', ')}`);
  }
  return stage;
}
