import { topicSettings } from '../../streams/setup-topics.ts';
import { deadLetterTopic, topics, type TopicName } from '../../streams/topics.ts';
import { bindingVersion, deadLetterMessage, messageNames } from './messages.ts';

/** The settings that readers may count on, as the bindings want them. Partitions and replicas are the installation's. */
const promisedSettings: Readonly<Record<string, (value: string) => unknown>> = {
  'cleanup.policy': (value) => [value],
  'retention.ms': Number,
  'delete.retention.ms': Number,
  'min.compaction.lag.ms': Number,
  'max.message.bytes': Number,
};

/** A channel a topic, the dead letters last. */
export function channels(): Readonly<Record<string, object>> {
  const own = (Object.keys(topics) as TopicName[]).map((topic) => [topic, channelOf(topic)]);
  return { ...Object.fromEntries(own), [deadLetterTopic]: deadLetters() };
}

function channelOf(topic: TopicName): object {
  const { holds, key, retention } = topics[topic];
  const kept =
    retention.kind === 'compacted'
      ? 'Compacted: the latest record of each key stays.'
      : `Records are deleted after ${retention.afterMs / 86_400_000} d.`;
  return {
    address: topic,
    title: topic,
    description: `${holds}. Keyed by ${key}. ${kept}`,
    messages: references(messageNames(topic)),
    bindings: bindings(topic),
  };
}

function deadLetters(): object {
  return {
    address: deadLetterTopic,
    title: deadLetterTopic,
    description: 'Messages of every topic that could not be processed. `mimir dlq` lists, shows and replays them.',
    messages: references([deadLetterMessage]),
    bindings: bindings(deadLetterTopic),
  };
}

function references(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function bindings(topic: string): object {
  const config = topicSettings({ partitions: 1, replication: 1 }).find(({ name }) => name === topic)?.config ?? {};
  const topicConfiguration = Object.entries(promisedSettings).flatMap(([setting, read]) => {
    const value = config[setting];
    return value === undefined ? [] : [[setting, read(value)] as const];
  });
  return { kafka: { topic, topicConfiguration: Object.fromEntries(topicConfiguration), bindingVersion } };
}
