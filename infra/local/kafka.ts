import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v4 as uuid } from 'uuid';
import { fillCache, isCached, type CacheEntry } from './cache.ts';
import { startProcess } from './engine-process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { javaOptions, missingJava } from './java.ts';
import { copyDependencies, missingMaven } from './maven.ts';
import { freePort } from './ports.ts';
import { run } from './run.ts';

const version = '4.1.2';
const pom = 'kafka.pom.xml';

/** One broker in KRaft mode, its own controller. */
export function kafkaEngine({ dataDir, cacheDir, port, signal }: EngineContext): Engine {
  const title = `Kafka ${version}`;
  const dir = join(dataDir, 'kafka');
  const entry: CacheEntry = {
    name: `kafka-${version}`,
    pin: createHash('sha256')
      .update(readFileSync(new URL(pom, import.meta.url)))
      .digest('hex'),
    what: `${title} from Maven Central`,
    aboutBytes: 101_000_000,
  };
  const classPath = join(cacheDir, entry.name, '*');

  return {
    name: 'kafka',
    title,
    missing: async () => [
      ...(await missingJava(signal)),
      ...(isCached(cacheDir, entry) ? [] : await missingMaven(signal)),
    ],
    prepare: async (progress) => {
      await fillCache(cacheDir, entry, { signal, progress }, (into) => copyDependencies(pom, into, signal));
    },
    start: async (step, startSignal) => {
      mkdirSync(dir, { recursive: true });
      if (!existsSync(join(dir, 'data'))) {
        step.detail('formatting its storage');
        await format(startSignal);
      }
      step.detail('starting');
      writeFileSync(join(dir, 'server.properties'), properties('data', port, await freePort([port])));
      const logging = fileURLToPath(new URL('kafka.log4j2.properties', import.meta.url));
      const options = [...javaOptions(512), `-Dlog4j2.configurationFile=${logging}`, `-Dmimir.data=${dataDir}`];
      return startProcess({
        dataDir,
        name: 'kafka',
        title,
        command: 'java',
        args: [...options, '-cp', classPath, 'kafka.Kafka', 'server.properties'],
        cwd: dir,
        stopSignal: 'SIGTERM',
        isReady: () => accepts(port),
        readyWithinMs: 90_000,
        signal: startSignal,
      });
    },
  };

  /** Beside the place where it belongs, then renamed: storage is either formatted or not there. */
  async function format(startSignal: AbortSignal): Promise<void> {
    rmSync(join(dir, 'data.new'), { recursive: true, force: true });
    writeFileSync(join(dir, 'format.properties'), properties('data.new', port, await freePort([port])));
    const clusterId = Buffer.from(uuid().replaceAll('-', ''), 'hex').toString('base64url');
    // One in 64 ids begins with a hyphen: given apart, the tool would take it for an option.
    const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', 'format.properties'];
    await run('java', [...javaOptions(128), '-XX:TieredStopAtLevel=1', '-cp', classPath, ...tool], {
      signal: startSignal,
      cwd: dir,
    });
    rmSync(join(dir, 'format.properties'));
    renameSync(join(dir, 'data.new'), join(dir, 'data'));
  }
}

/** @param logDir relative to Kafka's working folder, so that no character of the data folder's path needs escaping */
function properties(logDir: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    // The voters are not written into the storage in this form, so the controller's port may differ at every start.
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDir,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    // A machine that was off for a fortnight must go on where it stopped; the default is a week.
    'offsets.retention.minutes': 525_600,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // Memory held from the start; the default of 128 MB is a quarter of our heap.
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
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
