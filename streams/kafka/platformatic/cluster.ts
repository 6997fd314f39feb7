import { findCoordinatorV4, metadataV12, type Connection } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { TransientError } from '../../errors.ts';
import { ask, Connections, type Address } from './connections.ts';
import { assertNone, typeOf } from './errors.ts';

const answerDeadlineMs = 10_000;
const groupCoordinator = 0;

export interface Topic {
  /** Another one where the topic was deleted and made again. */
  readonly id: string;
  /** Node id of each partition's leader, -1 where it has none. */
  readonly leaders: readonly number[];
  readonly replicas: number;
}

/** Who leads what, and the connections to them. */
export class Cluster {
  readonly #bootstrap: readonly Address[];
  readonly #connections: Connections;
  readonly #log: Logger;
  #nodes = new Map<number, Address>();
  #first = 0;

  constructor(brokers: readonly string[], clientId: string, log: Logger) {
    this.#bootstrap = brokers.map((broker) => {
      const colon = broker.lastIndexOf(':');
      return { host: broker.slice(0, colon).replace(/^\[|\]$/gu, ''), port: Number(broker.slice(colon + 1)) };
    });
    this.#connections = new Connections(clientId);
    this.#log = log;
  }

  /** The broker with this id. */
  async node(nodeId: number, purpose: string): Promise<Connection> {
    const address = this.#nodes.get(nodeId);
    if (address === undefined) throw new TransientError(`kafka: broker ${nodeId} is not there`);
    return this.#connections.to(address, purpose);
  }

  /** Any broker that can be reached. */
  async any(): Promise<Connection> {
    const addresses = [...this.#nodes.values(), ...this.#bootstrap];
    let failure: unknown;
    for (let step = 0; step < addresses.length; step += 1) {
      const address = addresses[(this.#first + step) % addresses.length];
      if (address === undefined) break;
      try {
        return await this.#connections.to(address, 'any');
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Topics as they are now, those that do not exist left out; all of them where none is named. */
  async topics(names: readonly string[] | null): Promise<ReadonlyMap<string, Topic>> {
    const connection = await this.any();
    const answer = await ask(
      connection,
      answerDeadlineMs,
      metadataV12.api,
      names === null ? null : [...names],
      false,
      false,
    ).catch((error: unknown) => {
      // The next question goes to another broker.
      this.#first += 1;
      throw error;
    });
    this.#nodes = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    const found = new Map<string, Topic>();
    for (const { errorCode, name, topicId, isInternal, partitions } of answer.topics) {
      const type = typeOf(errorCode);
      if (
        name === null ||
        name === undefined ||
        type === 'UNKNOWN_TOPIC_OR_PARTITION' ||
        (names === null && isInternal)
      )
        continue;
      if (type !== 'LEADER_NOT_AVAILABLE') assertNone(errorCode, `describing topic ${name}`);
      const leaders: number[] = [];
      for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
      found.set(name, { id: topicId, leaders, replicas: partitions[0]?.replicaNodes.length ?? 0 });
    }
    return found;
  }

  /** @throws TransientError where it does not exist */
  async topic(name: string): Promise<Topic> {
    const topic = (await this.topics([name])).get(name);
    if (topic === undefined) throw new TransientError(`kafka: there is no topic ${name}`);
    return topic;
  }

  /** The node that keeps the group. */
  async coordinatorOf(groupId: string): Promise<number> {
    const connection = await this.any();
    const answer = await ask(connection, answerDeadlineMs, findCoordinatorV4.api, groupCoordinator, [groupId]);
    const [found] = answer.coordinators;
    if (found === undefined) throw new TransientError(`kafka: nobody coordinates group ${groupId}`);
    assertNone(found.errorCode, `finding the coordinator of group ${groupId}`, found.errorMessage);
    this.#nodes.set(found.nodeId, { host: found.host, port: found.port });
    return found.nodeId;
  }

  async close(): Promise<void> {
    await this.#connections.close();
    this.#log.trace('connections to kafka are closed');
  }
}
