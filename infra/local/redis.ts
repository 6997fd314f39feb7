import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startProcess } from './engine-process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { canUnpackDebian, unpackDebianRedis } from './redis-debian.ts';
import { run } from './run.ts';

export interface RedisEngine extends Engine {
  readonly password: () => string;
}

/** Redis or Valkey, the machine's own or, on Debian and its kin, unpacked into the cache. */
export function redisEngine({ dataDir, cacheDir, port, signal }: EngineContext): RedisEngine {
  const dir = join(dataDir, 'redis');
  const passwordFile = join(dir, 'password');
  let title = 'Redis';
  let command: readonly string[] = [];

  return {
    name: 'redis',
    get title() {
      return title;
    },
    password: () => readFileSync(passwordFile, 'utf8').trim(),
    missing: async () => {
      if ((await installed(signal)) !== undefined || (await canUnpackDebian(cacheDir, signal))) return [];
      return [
        'Redis 6.2 or newer is missing: install it (Debian: apt install redis-server; macOS: brew install redis); Valkey does as well',
      ];
    },
    prepare: async (progress) => {
      command = (await installed(signal)) ?? (await unpackDebianRedis(cacheDir, progress, signal));
      const [program = '', ...args] = command;
      title = `Redis ${versionOf(await run(program, [...args, '--version'], { signal })) ?? ''}`.trim();
    },
    start: async (_step, startSignal) => {
      mkdirSync(join(dir, 'data'), { recursive: true });
      if (!existsSync(passwordFile)) {
        writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
      }
      const password = readFileSync(passwordFile, 'utf8').trim();
      const file = join(dir, 'redis.conf');
      writeFileSync(file, configuration(port, password), { mode: 0o600 });
      const [program = 'redis-server', ...args] = command;
      return startProcess({
        dataDir,
        name: 'redis',
        title,
        command: program,
        args: [...args, file],
        cwd: join(dir, 'data'),
        stopSignal: 'SIGTERM',
        isReady: () => answers(port, password),
        readyWithinMs: 60_000,
        signal: startSignal,
      });
    },
  };
}

function configuration(port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'appendonly yes',
    // Written before each reply, whatever the disk does, so that a SIGKILL loses nothing that was acknowledged. With
    // "everysec" the writes wait in memory while a sync runs; the state of dedup would then lack what it passed on.
    'appendfsync no',
    'save ""',
    'maxmemory-policy noeviction',
    // Its command line proves to a later start whose process it is.
    'set-proc-title no',
    '',
  ].join('\n');
}

/** The client waits until the data is loaded. */
async function answers(port: number, password: string): Promise<boolean> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2000,
    commandTimeout: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}

async function installed(signal: AbortSignal): Promise<readonly string[] | undefined> {
  for (const program of ['redis-server', 'valkey-server']) {
    try {
      const [major = 0, minor = 0] = (versionOf(await run(program, ['--version'], { signal })) ?? '')
        .split('.')
        .map(Number);
      if (major > 6 || (major === 6 && minor >= 2)) return [program];
    } catch {
      signal.throwIfAborted();
    }
  }
  return undefined;
}

/** @param output "Redis server v=7.0.15 sha=…", "Valkey server v=8.0.1 sha=…" */
function versionOf(output: string): string | undefined {
  return /\bv=(\d+\.\d+\.\d+)/u.exec(output)?.[1];
}
