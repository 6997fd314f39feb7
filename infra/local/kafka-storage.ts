import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v4 as uuid } from 'uuid';
import { javaOptions } from './java.ts';
import { kafkaProperties, type KafkaNode } from './kafka-properties.ts';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

/** `kafka` for the first node, and so on `kafka-2`, `kafka-3`: its name and that of its folder. */
export function nodeName(id: number): 'kafka' | `kafka-${number}` {
  return id === 1 ? 'kafka' : `kafka-${id}`;
}

/** Names of Kafka's folders that there are in the data folder. */
export function kafkaFolders(dataDir: string): readonly string[] {
  if (!existsSync(dataDir)) return [];
  return readdirSync(dataDir).filter((name) => /^kafka(-\d+)?$/u.test(name));
}

/**
 * Which voters decide and where the copies of a topic lie is written into Kafka's data: more or fewer nodes cannot
 * take it over.
 *
 * @throws SetupError where the data is of another number of brokers, or a part of it is gone
 */
export function assertBrokerCount(dataDir: string, brokers: number): void {
  if (needsFormat(dataDir)) return;
  const found = formatted(dataDir);
  const wanted = Array.from({ length: brokers }, (_, index) => nodeName(index + 1));
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length === 0 && found.length === brokers) return;
  const isWhole = found.every((_, index) => found.includes(nodeName(index + 1)));
  throw new SetupError(
    isWhole
      ? `Kafka's data in ${dataDir} is of ${count(found.length)}, and ${count(brokers)} should run on it: set KAFKA_LOCAL_BROKERS=${found.length}, give another folder by MIMIR_DATA_DIR, or begin anew with --fresh, which forgets all data`
      : `a part of Kafka's data in ${dataDir} is gone (${found.toSorted().join(', ')} are there): put back what is missing, or begin anew with --fresh, which forgets all data`,
  );
}

/** @returns false where any node ever ran: it then keeps the cluster's log beside what formatting wrote */
export function needsFormat(dataDir: string): boolean {
  return !formatted(dataDir).some((name) => existsSync(join(dataDir, name, 'data', '__cluster_metadata-0')));
}

/**
 * Formats the storage of all nodes as one cluster's. What an earlier attempt left, that was ended before any node ran,
 * is formatted anew: its nodes may be of different clusters.
 *
 * @param classPath Kafka's
 */
export async function formatStorage(
  dataDir: string,
  classPath: string,
  nodes: readonly KafkaNode[],
  signal: AbortSignal,
): Promise<void> {
  for (const name of kafkaFolders(dataDir)) {
    for (const data of ['data', 'data.new']) rmSync(join(dataDir, name, data), { recursive: true, force: true });
  }
  const clusterId = Buffer.from(uuid().replaceAll('-', ''), 'hex').toString('base64url');
  // One in 64 ids begins with a hyphen: given apart, the tool would take it for an option.
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', 'format.properties'];
  for (const node of nodes) {
    const dir = join(dataDir, nodeName(node.id));
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'format.properties'), kafkaProperties(node, nodes, 'data.new'));
    await run('java', [...javaOptions(128), '-XX:TieredStopAtLevel=1', '-cp', classPath, ...tool], {
      signal,
      cwd: dir,
    });
    rmSync(join(dir, 'format.properties'));
  }
  for (const { id } of nodes) renameSync(join(dataDir, nodeName(id), 'data.new'), join(dataDir, nodeName(id), 'data'));
}

function formatted(dataDir: string): readonly string[] {
  return kafkaFolders(dataDir).filter((name) => existsSync(join(dataDir, name, 'data')));
}

function count(brokers: number): string {
  return brokers === 1 ? 'one broker' : `${brokers} brokers`;
}
