import { outbox } from '../../gateways/outbox/outbox.ts';
import { groupOf } from '../../streams/runner/limits.ts';
import type { StageDefinition } from '../../streams/stage.ts';
import { deadLetterTopic, type TopicName } from '../../streams/topics.ts';
import { bindingVersion, deadLetterMessage, messageNames } from './messages.ts';

/** What the scheduler and the services leave in the outbox. */
const outboxTopics: readonly TopicName[] = [
  'collect-request-user',
  'collect-request',
  'collect-request-page',
  'feed-status',
  'story-override',
  'topic-definition',
  'keyword-set',
  'article-metric',
  'saved-search',
  'alert',
  'rule-set',
  'article-routed',
];

/** Who of us sends and receives what. */
export function operations(stages: readonly StageDefinition[]): Readonly<Record<string, object>> {
  const ofStages = stages.flatMap((stage) => [
    ...stage.inputs.map((topic) => receives(stage, topic, { groupId: { type: 'string', const: groupOf(stage.name) } })),
    // Every process holds all of it: there is no group.
    ...(stage.tables ?? []).map((topic) => receives(stage, topic, {})),
    ...stage.outputs.map((topic) => sends(stage, topic)),
  ]);
  const ofOutbox = outboxTopics.map((topic) => sends(outbox, topic));
  return Object.fromEntries([...ofStages, ...ofOutbox, givesUp]);
}

type Operation = readonly [id: string, operation: object];

function receives({ name, purpose }: Actor, topic: TopicName, binding: object): Operation {
  return [
    `${name}.receives.${topic}`,
    { action: 'receive', summary: purpose, ...about(topic, messageNames(topic)), bindings: kafka(binding) },
  ];
}

function sends({ name, purpose }: Actor, topic: TopicName): Operation {
  return [
    `${name}.sends.${topic}`,
    { action: 'send', summary: purpose, ...about(topic, messageNames(topic)), bindings: kafka({}) },
  ];
}

const givesUp: Operation = [
  'any.sends.dead-letter',
  {
    action: 'send',
    summary: 'Every stage, and the outbox, puts aside what it cannot process and goes on.',
    ...about(deadLetterTopic, [deadLetterMessage]),
    bindings: kafka({}),
  },
];

type Actor = Pick<StageDefinition, 'name' | 'purpose'>;

function about(channel: string, messages: readonly string[]): object {
  return {
    channel: { $ref: `#/channels/${channel}` },
    messages: messages.map((message) => ({ $ref: `#/channels/${channel}/messages/${message}` })),
  };
}

function kafka(binding: object): object {
  return { kafka: { ...binding, bindingVersion } };
}
