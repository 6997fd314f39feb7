import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CommandError, run } from './run.ts';
import { SetupError } from './setup-error.ts';

/** Lines for what is missing; see Engine.missing. */
export async function missingMaven(signal: AbortSignal): Promise<string[]> {
  try {
    await run('mvn', ['--version'], { signal });
    return [];
  } catch {
    signal.throwIfAborted();
    return ['Maven is missing: install it (Debian: apt install maven); it fetches Kafka and the schema registry once'];
  }
}

/**
 * Copies a pom's dependencies into `dir`.
 *
 * @param pom file beside this one
 */
export function copyDependencies(pom: string, dir: string, signal: AbortSignal): Promise<void> {
  return inWorkFolder(dir, async (work) => {
    copyFileSync(new URL(pom, import.meta.url), join(work, 'pom.xml'));
    await maven(['copy-dependencies', `-DoutputDirectory=${dir}`], work, signal);
  });
}

/**
 * Copies one artifact, without what it depends on, into `dir`.
 *
 * @param coordinates group:artifact:version:type:classifier
 */
export function copyArtifact(coordinates: string, dir: string, signal: AbortSignal): Promise<void> {
  return inWorkFolder(dir, async (work) => {
    await maven(['copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${dir}`], work, signal);
  });
}

/**
 * In full: the short name is looked up in the network, and what is then missing is said of the name. Not a newer one:
 * from 3 on it reads an artifact's parent too, and the registry's is not published.
 */
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:2.8';

const firstError = /^\[ERROR\] (.+?)(?: -> \[Help 1\])?$/mu;

async function inWorkFolder(dir: string, action: (work: string) => Promise<void>): Promise<void> {
  const work = join(dir, 'maven');
  mkdirSync(work);
  await action(work);
  rmSync(work, { recursive: true });
}

/**
 * Maven checks each file against the repository's checksum. It works in a repository of its own inside the folder:
 * nothing of it stays behind, and two at once do not meet.
 */
async function maven([goal = '', ...settings]: readonly string[], work: string, signal: AbortSignal): Promise<void> {
  const options = ['--quiet', '--batch-mode', '--strict-checksums', `-Dmaven.repo.local=${join(work, 'repository')}`];
  const patience = ['-Dmaven.wagon.http.retryHandler.count=2', '-Dmaven.wagon.rto=60000'];
  try {
    await run('mvn', [...options, ...patience, `${plugin}:${goal}`, ...settings], { signal, cwd: work });
  } catch (error) {
    // The reason stands first; a page of advice follows.
    const reason =
      error instanceof CommandError ? firstError.exec(stripVTControlCharacters(error.output))?.[1] : undefined;
    throw reason === undefined ? error : new SetupError(`mvn: ${reason}`);
  }
}
