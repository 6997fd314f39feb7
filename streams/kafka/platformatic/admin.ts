import {
  ConfigResourceTypes,
  createTopicsV7,
  deleteGroupsV2,
  deleteTopicsV6,
  describeConfigsV4,
  describeGroupsV5,
  offsetCommitV8,
  offsetFetchV8,
} from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../errors.ts';
import type { KafkaAdmin, TopicPartitionOffset, TopicSettings } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { ask } from './connections.ts';
import { assertNone, asking, classified, typeOf } from './errors.ts';
import { insisting } from './insist.ts';
import { latest, earliest, offsetsAt, offsetsToCommit, partitionsOf } from './offsets.ts';

const answerDeadlineMs = 15_000;
const brokerDeadlineMs = 10_000;
const leadersDeadlineMs = 20_000;

export async function openAdmin(cluster: Cluster): Promise<KafkaAdmin> {
  const coordinator = async (groupId: string) => cluster.node(await cluster.coordinatorOf(groupId), 'ask');

  async function createTopics(settings: readonly TopicSettings[]): Promise<void> {
    const existing = await cluster.topics(null);
    const missing = settings.filter(({ name }) => !existing.has(name));
    if (missing.length === 0) return;
    const wanted = missing.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    }));
    const answer = await ask(
      await cluster.any(),
      answerDeadlineMs,
      createTopicsV7.api,
      wanted,
      brokerDeadlineMs,
      false,
    );
    for (const { name, errorCode, errorMessage } of answer.topics) {
      if (typeOf(errorCode) !== 'TOPIC_ALREADY_EXISTS') assertNone(errorCode, `creating topic ${name}`, errorMessage);
    }
    await waitForLeaders(missing);
  }

  async function waitForLeaders(settings: readonly TopicSettings[]): Promise<void> {
    const deadlineMs = Date.now() + leadersDeadlineMs;
    for (;;) {
      const found = await cluster.topics(settings.map(({ name }) => name));
      const waiting = settings.find(({ name }) => !(found.get(name)?.leaders.every((leader) => leader >= 0) ?? false));
      if (waiting === undefined) return;
      if (Date.now() > deadlineMs) throw new TransientError(`kafka: topic ${waiting.name} has no leaders yet`);
      await sleep(50);
    }
  }

  async function deleteTopics(names: readonly string[]): Promise<void> {
    const topics = names.map((name) => ({ name }));
    const answer = await ask(await cluster.any(), answerDeadlineMs, deleteTopicsV6.api, topics, brokerDeadlineMs);
    for (const { name, errorCode, errorMessage } of answer.responses) {
      assertNone(errorCode, `deleting topic ${name}`, errorMessage);
    }
  }

  async function describeTopics(names: readonly string[]): Promise<TopicSettings[]> {
    const topics = await cluster.topics(names);
    if (topics.size === 0) return [];
    const resources = [...topics.keys()].map((resourceName) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
    }));
    const { results } = await ask(
      await cluster.any(),
      answerDeadlineMs,
      describeConfigsV4.api,
      resources,
      false,
      false,
    );
    return [...topics].map(([name, { leaders, replicas }]) => {
      const found = results.find(({ resourceName }) => resourceName === name);
      assertNone(found?.errorCode ?? 0, `describing topic ${name}`, found?.errorMessage);
      const config = Object.fromEntries((found?.configs ?? []).map((entry) => [entry.name, entry.value ?? '']));
      return { name, partitions: leaders.length, replicationFactor: replicas, config };
    });
  }

  async function committed(groupId: string, topics: readonly string[]): Promise<TopicPartitionOffset[]> {
    const groups = [{ groupId, memberEpoch: -1, topics: null }];
    const answer = await ask(await coordinator(groupId), answerDeadlineMs, offsetFetchV8.api, groups, true);
    const [group] = answer.groups;
    assertNone(group?.errorCode ?? 0, `reading offsets of group ${groupId}`);
    const wanted = new Set(topics);
    return (group?.topics ?? [])
      .filter(({ name }) => wanted.has(name))
      .flatMap(({ name, partitions }) =>
        partitions
          .filter(({ committedOffset }) => committedOffset >= 0n)
          .map(({ partitionIndex, committedOffset }) => ({
            topic: name,
            partition: partitionIndex,
            offset: committedOffset,
          })),
      );
  }

  async function memberCount(groupId: string): Promise<number> {
    const answer = await ask(await coordinator(groupId), answerDeadlineMs, describeGroupsV5.api, [groupId], false);
    const [group] = answer.groups;
    const type = typeOf(group?.errorCode ?? 0);
    if (type !== 'GROUP_ID_NOT_FOUND') assertNone(group?.errorCode ?? 0, `describing group ${groupId}`);
    return group?.members.length ?? 0;
  }

  /** Commits as Kafka's own tool does: without membership, which the coordinator allows for an empty group only. */
  async function setCommitted(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const topics = offsetsToCommit(offsets);
    const connection = await coordinator(groupId);
    const answer = await ask(connection, answerDeadlineMs, offsetCommitV8.api, groupId, -1, '', null, topics);
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        assertNone(errorCode, `setting the offset of ${name}/${partitionIndex}`);
      }
    }
  }

  async function deleteGroup(groupId: string): Promise<void> {
    const answer = await ask(await coordinator(groupId), answerDeadlineMs, deleteGroupsV2.api, [groupId]);
    const code = answer.results[0]?.errorCode ?? 0;
    if (typeOf(code) !== 'GROUP_ID_NOT_FOUND') assertNone(code, `deleting group ${groupId}`);
  }

  await cluster.any().catch(async (error: unknown) => {
    await cluster.close();
    throw classified(error, 'connecting the administration client');
  });
  return {
    createTopics: (settings) => insisting('creating topics', () => createTopics(settings)),
    async deleteTopics(names) {
      if (names.length > 0) await asking('deleting topics', () => deleteTopics(names));
    },
    describeTopics: (names) => insisting('describing topics', () => describeTopics(names)),
    listTopics: () => insisting('listing topics', async () => [...(await cluster.topics(null)).keys()]),
    watermarks: (topic) =>
      insisting(`reading offsets of ${topic}`, async () => {
        const partitions = partitionsOf(topic, await cluster.topic(topic));
        const low = await offsetsAt(cluster, partitions, earliest);
        const high = await offsetsAt(cluster, partitions, latest);
        return partitions.map(({ partition }) => ({
          partition,
          low: low[partition]?.offset ?? 0n,
          high: high[partition]?.offset ?? 0n,
        }));
      }),
    offsetsAt: (topic, timestampMs) =>
      insisting(`reading offsets of ${topic}`, async () => {
        const partitions = partitionsOf(topic, await cluster.topic(topic));
        const found = await offsetsAt(cluster, partitions, BigInt(timestampMs));
        const high = await offsetsAt(cluster, partitions, latest);
        return found.map((at) => (at.offset < 0n ? { ...at, offset: high[at.partition]?.offset ?? 0n } : at));
      }),
    committed: (groupId, topics) => insisting(`reading offsets of group ${groupId}`, () => committed(groupId, topics)),
    async setCommitted(groupId, offsets) {
      const members = await insisting(`describing group ${groupId}`, () => memberCount(groupId));
      if (members > 0) throw new Error(`group ${groupId} has ${members} members: stop them first`);
      await insisting(`setting offsets of group ${groupId}`, () => setCommitted(groupId, offsets));
    },
    deleteGroup: (groupId) => insisting(`deleting group ${groupId}`, () => deleteGroup(groupId)),
    memberCount: (groupId) => insisting(`describing group ${groupId}`, () => memberCount(groupId)),
    [Symbol.asyncDispose]: () => cluster.close(),
  };
}
