import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillCache, isCached, type CacheEntry } from './cache.ts';
import { startProcess } from './engine-process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { javaOptions, missingJava } from './java.ts';
import { kafkaProperties, type KafkaNode } from './kafka-properties.ts';
import { formatStorage, needsFormat, nodeName } from './kafka-storage.ts';
import { copyDependencies, missingMaven } from './maven.ts';

const version = '4.1.2';
const pom = 'kafka.pom.xml';
const alone = javaOptions(512);
/** Several share the machine: compiled less thoroughly, each starts with half of the work and holds less memory. */
const amongSeveral = [...javaOptions(384), '-XX:TieredStopAtLevel=1'];

/** Kafka's brokers in KRaft mode, each a controller as well: an engine for each node. */
export function kafkaEngines(
  { dataDir, cacheDir, signal }: Omit<EngineContext, 'port'>,
  nodes: readonly KafkaNode[],
): readonly Engine[] {
  const entry: CacheEntry = {
    name: `kafka-${version}`,
    pin: createHash('sha256')
      .update(readFileSync(new URL(pom, import.meta.url)))
      .digest('hex'),
    what: `Kafka ${version} from Maven Central`,
    aboutBytes: 101_000_000,
  };
  const classPath = join(cacheDir, entry.name, '*');
  let formatting: Promise<void> | undefined;
  const format = (startSignal: AbortSignal): Promise<void> =>
    (formatting ??= formatStorage(dataDir, classPath, nodes, startSignal));

  return nodes.map((node) => {
    const name = nodeName(node.id);
    const title = nodes.length === 1 ? `Kafka ${version}` : `Kafka ${version}, broker ${node.id}`;
    const dir = join(dataDir, name);
    return {
      name,
      title,
      missing: async () => [
        ...(await missingJava(signal)),
        ...(isCached(cacheDir, entry) ? [] : await missingMaven(signal)),
      ],
      prepare: async (progress) => {
        // The nodes share what is fetched.
        if (node !== nodes[0]) return;
        await fillCache(cacheDir, entry, { signal, progress }, (into) => copyDependencies(pom, into, signal));
      },
      start: async (step, startSignal) => {
        if (formatting !== undefined || needsFormat(dataDir)) {
          step.detail('formatting its storage');
          await format(startSignal);
        }
        step.detail('starting');
        mkdirSync(dir, { recursive: true });
        writeFileSync(join(dir, 'server.properties'), kafkaProperties(node, nodes, 'data'));
        const logging = fileURLToPath(new URL('kafka.log4j2.properties', import.meta.url));
        const sized = nodes.length === 1 ? alone : amongSeveral;
        const options = [...sized, `-Dlog4j2.configurationFile=${logging}`, `-Dmimir.data=${dataDir}`];
        return startProcess({
          dataDir,
          name,
          title,
          command: 'java',
          args: [...options, '-cp', classPath, 'kafka.Kafka', 'server.properties'],
          cwd: dir,
          stopSignal: 'SIGTERM',
          isReady: () => accepts(node.port),
          readyWithinMs: 90_000,
          signal: startSignal,
        });
      },
    };
  });
}

/** Kafka binds its port after the broker has registered and caught up: who can connect, can use it. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
