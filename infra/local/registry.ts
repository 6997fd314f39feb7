import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fillCache, isCached, type CacheEntry } from './cache.ts';
import { startProcess } from './engine-process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { javaOptions, missingJava } from './java.ts';
import { copyArtifact, missingMaven } from './maven.ts';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

const version = '3.0.9';
const archive = `apicurio-registry-app-${version}-all.tar.gz`;
const archiveSha256 = '2b28181501a20cbf6efcd77f9b7153908fc01f3d3a7c32024c0bd9e1b04c8a43';

/**
 * Apicurio, which speaks Confluent's protocol. It keeps schemas in memory unless told otherwise, and without their ids
 * no stored message can be read: so they go into a database of their own in our Postgres.
 *
 * @param database where to keep them, known once Postgres runs
 */
export function registryEngine(
  { dataDir, cacheDir, port, signal }: EngineContext,
  database: () => { readonly url: string; readonly user: string; readonly password: string },
): Engine {
  const title = `schema registry (Apicurio ${version})`;
  const dir = join(dataDir, 'registry');
  const entry: CacheEntry = {
    name: `apicurio-registry-${version}`,
    pin: archiveSha256,
    what: `the schema registry (Apicurio ${version}) from Maven Central`,
    aboutBytes: 240_000_000,
  };

  return {
    name: 'registry',
    title,
    missing: async () => [
      ...(await missingJava(signal)),
      ...(isCached(cacheDir, entry) ? [] : [...(await missingMaven(signal)), ...(await missingTar(signal))]),
    ],
    prepare: async (progress) => {
      await fillCache(cacheDir, entry, { signal, progress }, async (into) => {
        await copyArtifact(`io.apicurio:apicurio-registry-app:${version}:tar.gz:all`, into, signal);
        await assertHash(join(into, archive), archiveSha256);
        await run('tar', ['-xzf', archive], { signal, cwd: into });
        rmSync(join(into, archive));
      });
    },
    start: async (_step, startSignal) => {
      mkdirSync(dir, { recursive: true });
      const { url, user, password } = database();
      // A file, since a command line can be read by every user of the machine.
      const settings = {
        'apicurio.storage.kind': 'sql',
        'apicurio.storage.sql.kind': 'postgresql',
        'apicurio.datasource.url': url,
        'apicurio.datasource.username': user,
        'apicurio.datasource.password': password,
        // The default holds 20 of Postgres's connections.
        'apicurio.datasource.jdbc.initial-size': 1,
        'apicurio.datasource.jdbc.min-size': 1,
        'apicurio.datasource.jdbc.max-size': 10,
        // Otherwise it answers 500 once for each connection that a restart of Postgres ended.
        'quarkus.datasource.postgresql.jdbc.validate-on-borrow': true,
        'quarkus.http.access-log.enabled': false,
        'quarkus.http.host': '127.0.0.1',
        'quarkus.http.port': port,
      };
      const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
      writeFileSync(join(dir, 'registry.properties'), lines.join(''), { mode: 0o600 });
      const jar = join(cacheDir, entry.name, `apicurio-registry-app-${version}-runner.jar`);
      const options = [...javaOptions(256), '-XX:TieredStopAtLevel=1', `-Dmimir.data=${dataDir}`];
      return startProcess({
        dataDir,
        name: 'registry',
        title,
        command: 'java',
        args: [...options, '-Dquarkus.config.locations=registry.properties', '-jar', jar],
        cwd: dir,
        stopSignal: 'SIGTERM',
        isReady: async () => {
          const subjects = await fetch(`http://127.0.0.1:${port}/apis/ccompat/v7/subjects`, {
            signal: AbortSignal.timeout(5000),
          });
          await subjects.arrayBuffer();
          return subjects.ok;
        },
        readyWithinMs: 120_000,
        signal: startSignal,
      });
    },
  };
}

async function missingTar(signal: AbortSignal): Promise<string[]> {
  try {
    await run('tar', ['--version'], { signal });
    return [];
  } catch {
    signal.throwIfAborted();
    return ['tar is missing: install it (Debian: apt install tar)'];
  }
}

async function assertHash(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new SetupError(`${file} has the SHA-256 ${found}, expected ${sha256}`);
}
