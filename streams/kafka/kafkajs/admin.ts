import kafkajs, { type Admin, type Kafka as Kafkajs } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { TransientError } from '../../errors.ts';
import { within } from '../../within.ts';
import type { KafkaAdmin, TopicPartitionOffset } from '../port.ts';
import { openCluster } from './cluster.ts';
import { throughElections } from './elections.ts';
import { asking, classified, rootOf } from './errors.ts';

const disconnectDeadlineMs = 2_000;
const leadersDeadlineMs = 20_000;
const leadersPollMs = 50;

export async function openAdmin(client: Kafkajs, log: Logger): Promise<KafkaAdmin> {
  const admin = client.admin({ retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 } });
  await asking('connecting the administration client', () => admin.connect());

  async function memberCount(groupId: string): Promise<number> {
    const { groups } = await asking(`describing group ${groupId}`, () => admin.describeGroups([groupId]));
    return groups[0]?.members.length ?? 0;
  }

  return {
    memberCount,
    async createTopics(topics) {
      const existing = new Set(await asking('listing topics', () => admin.listTopics()));
      const missing = topics.filter((topic) => !existing.has(topic.name));
      if (missing.length === 0) return;
      await asking('creating topics', () =>
        admin
          .createTopics({
            waitForLeaders: false,
            topics: missing.map((topic) => ({
              topic: topic.name,
              numPartitions: topic.partitions,
              replicationFactor: topic.replicationFactor,
              configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
            })),
          })
          .catch(ignoreExisting),
      );
      await waitForLeaders(
        admin,
        missing.map((topic) => topic.name),
      );
    },
    async deleteTopics(names) {
      if (names.length > 0) await asking('deleting topics', () => admin.deleteTopics({ topics: [...names] }));
    },
    async listTopics() {
      return asking('listing topics', () => admin.listTopics());
    },
    async describeTopics(names) {
      return describeTopics(admin, names);
    },
    async watermarks(topic) {
      const offsets = await asking(`reading offsets of ${topic}`, () =>
        throughElections(() => admin.fetchTopicOffsets(topic)),
      );
      return offsets
        .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
        .toSorted((a, b) => a.partition - b.partition);
    },
    async offsetsAt(topic, timestampMs) {
      const offsets = await asking(`reading offsets of ${topic}`, () =>
        throughElections(() => admin.fetchTopicOffsetsByTimestamp(topic, timestampMs)),
      );
      return offsets
        .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }))
        .toSorted((a, b) => a.partition - b.partition);
    },
    async committed(groupId, topics) {
      if (topics.length === 0) return [];
      const answer = await asking(`reading offsets of group ${groupId}`, () =>
        admin.fetchOffsets({ groupId, topics: [...topics] }),
      );
      return answer.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }))
          .filter(({ offset }) => offset >= 0n),
      );
    },
    async setCommitted(groupId, offsets) {
      const members = await memberCount(groupId);
      if (members > 0) throw new Error(`group ${groupId} has ${members} members: stop them first`);
      await asking(`setting offsets of group ${groupId}`, () => commitFromOutside(client, groupId, offsets));
    },
    async deleteGroup(groupId) {
      await asking(`deleting group ${groupId}`, () => admin.deleteGroups([groupId]).catch(ignoreMissingGroup));
    },
    async [Symbol.asyncDispose]() {
      const left = within(disconnectDeadlineMs, admin.disconnect(), () => new Error('deadline'));
      await left.catch((error: unknown) => log.debug({ err: error }, 'the administration client did not disconnect'));
    },
  };
}

/** kafkajs' own waiting gives up where a broker has not yet heard of the topic at all. */
async function waitForLeaders(admin: Admin, topics: string[]): Promise<void> {
  const deadlineMs = Date.now() + leadersDeadlineMs;
  for (;;) {
    try {
      const found = await admin.fetchTopicMetadata({ topics });
      if (found.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
      if (Date.now() > deadlineMs) throw new TransientError(`kafka: ${topics.join(', ')} have no leaders yet`);
    } catch (error) {
      if (Date.now() > deadlineMs) throw classified(error, 'waiting for new topics');
    }
    await sleep(leadersPollMs);
  }
}

async function describeTopics(admin: Admin, names: readonly string[]): ReturnType<KafkaAdmin['describeTopics']> {
  const existing = new Set(await asking('listing topics', () => admin.listTopics()));
  const found = names.filter((name) => existing.has(name));
  if (found.length === 0) return [];
  const { topics } = await asking('describing topics', () => admin.fetchTopicMetadata({ topics: found }));
  const { resources } = await asking('describing topics', () =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: found.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    }),
  );
  return topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.length,
    replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    config: Object.fromEntries(
      (resources.find((resource) => resource.resourceName === topic.name)?.configEntries ?? []).map((entry) => [
        entry.configName,
        entry.configValue,
      ]),
    ),
  }));
}

/** Commits as Kafka's own tool does: without membership, which the coordinator allows for an empty group only. */
async function commitFromOutside(
  client: Kafkajs,
  groupId: string,
  offsets: readonly TopicPartitionOffset[],
): Promise<void> {
  const cluster = await openCluster(client);
  try {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const topics = [...Map.groupBy(offsets, (offset) => offset.topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: offset.toString() })),
    }));
    await coordinator.offsetCommit({ groupId, groupGenerationId: -1, memberId: '', topics });
  } finally {
    await cluster.disconnect();
  }
}

function ignoreExisting(error: unknown): void {
  const { errors = [error] } = error as { errors?: unknown[] };
  if (!errors.every((one) => rootOf(one).type === 'TOPIC_ALREADY_EXISTS')) throw error;
}

function ignoreMissingGroup(error: unknown): void {
  const { groups = [] } = error as { groups?: { error: { type?: string } }[] };
  if (groups.length === 0 || groups.some((group) => group.error.type !== 'GROUP_ID_NOT_FOUND')) throw error;
}
