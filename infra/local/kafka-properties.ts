/** A node is both a broker and a controller. */
export interface KafkaNode {
  /** From 1. */
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

/**
 * What a node is started with.
 *
 * @param logDir relative to the node's working folder, so that no character of the data folder's path needs escaping
 */
export function kafkaProperties({ id, port, controllerPort }: KafkaNode, nodes: readonly KafkaNode[], logDir: string) {
  const replicas = replicasOf(nodes.length);
  // One copy may be away without a stop; with a single one there is nothing to spare.
  const inSync = Math.max(1, replicas - 1);
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    // The voters are not written into the storage in this form, so controllers' ports may differ at every start.
    'controller.quorum.voters': nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDir,
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    // A killed broker is replaced, and may come back, after this; the default is 9 s.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 1000,
    'group.initial.rebalance.delay.ms': 0,
    'default.replication.factor': replicas,
    // For topics that do not say otherwise, which includes those of Kafka itself.
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    // A machine that was off for a fortnight must go on where it stopped; the default is a week.
    'offsets.retention.minutes': 525_600,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    // Memory held from the start; the default of 128 MB is a quarter of our heap.
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Copies of each record where that many brokers run. */
export function replicasOf(brokers: number): number {
  return Math.min(3, brokers);
}
