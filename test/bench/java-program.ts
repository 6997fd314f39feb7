import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillCache, isCached, type CacheEntry } from '../../infra/local/cache.ts';
import { missingJava } from '../../infra/local/java.ts';
import { copyDependencies, missingMaven } from '../../infra/local/maven.ts';
import type { Progress } from '../../infra/local/progress.ts';
import { run } from '../../infra/local/run.ts';

/** A program in Java that something of ours is measured beside. */
export interface JavaProject {
  /** The folder beside this file; `bench-NAME` in the cache. */
  readonly name: string;
  /** Where its sources are, in that folder. */
  readonly sources: string;
  /** For people. */
  readonly what: string;
  readonly aboutBytes: number;
}

/** Lines for what it takes to build and run it; empty where all is there. */
export async function missingForJava(
  cacheDir: string,
  project: JavaProject,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const java = await missingJava(signal);
  if (java.length > 0 || isCached(cacheDir, programEntry(project))) return java;
  const javac = await run('javac', ['-version'], { signal }).then(
    () => [],
    () => ['the Java compiler is missing: install a JDK (Debian: apt install default-jdk-headless)'],
  );
  return [...javac, ...(isCached(cacheDir, librariesEntry(project)) ? [] : await missingMaven(signal))];
}

/**
 * Fetches the libraries by Maven and compiles; both once, kept in the cache until their sources change.
 *
 * @returns the class path
 */
export async function buildJava(
  cacheDir: string,
  project: JavaProject,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<string> {
  const libraries = await fillCache(cacheDir, librariesEntry(project), options, (into) =>
    copyDependencies(pomOf(project).href, into, options.signal),
  );
  const classPath = join(libraries, '*');
  const classes = await fillCache(cacheDir, programEntry(project), options, async (into) => {
    await run('javac', ['--release', '17', '-d', into, '-cp', classPath, ...sourceFiles(project)], {
      signal: options.signal,
    });
  });
  return `${classes}:${classPath}`;
}

const pomOf = ({ name }: JavaProject): URL => new URL(`${name}/pom.xml`, import.meta.url);

function sourceFiles({ name, sources }: JavaProject): readonly string[] {
  const dir = fileURLToPath(new URL(`${name}/${sources}/`, import.meta.url));
  return readdirSync(dir)
    .filter((file) => file.endsWith('.java'))
    .map((file) => join(dir, file));
}

function librariesEntry(project: JavaProject): CacheEntry {
  const { name, what, aboutBytes } = project;
  return {
    name: `bench-${name}-libraries`,
    pin: hashOf([fileURLToPath(pomOf(project))]),
    what: `${what} from Maven Central`,
    aboutBytes,
  };
}

function programEntry(project: JavaProject): CacheEntry {
  return {
    name: `bench-${project.name}`,
    pin: hashOf([fileURLToPath(pomOf(project)), ...sourceFiles(project)]),
    what: `the ${project.what} program`,
    aboutBytes: 20_000,
  };
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
